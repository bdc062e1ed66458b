import type { FormTexts } from '../shapes.ts'

export const form: FormTexts = {
  label: 'Mail address',
  button: 'Register',
  link: 'Go to the form',
}
