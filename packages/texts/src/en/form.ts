import type { FormTexts } from '../shapes.ts'

export const form: FormTexts = {
  label: 'Email address',
  button: 'Register',
  trap: 'Please leave this field empty',
  proving: 'One moment: your browser is showing that it isn’t a bot …',
  notProven: 'That didn’t work. Check your connection, and try again.',
  withoutScript: 'This form needs JavaScript. Turn it on in your browser, and reload the page.',
  link: 'Go to the registration form',
}
