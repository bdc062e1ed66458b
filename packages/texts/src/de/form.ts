import type { FormTexts } from '../shapes.ts'

export const form: FormTexts = {
  label: 'E-Mail-Adresse',
  button: 'Registrieren',
  link: 'Zum Formular',
}
