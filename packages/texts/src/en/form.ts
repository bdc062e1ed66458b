import type { FormTexts } from '../shapes.ts'

export const form: FormTexts = {
  label: 'Email address',
  button: 'Register',
  trap: 'Please leave this field empty',
  link: 'Go to the registration form',
}
