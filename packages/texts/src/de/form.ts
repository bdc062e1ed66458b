import type { FormTexts } from '../shapes.ts'

export const form: FormTexts = {
  label: 'E-Mail-Adresse',
  button: 'Registrieren',
  trap: 'Bitte lassen Sie dieses Feld leer',
  link: 'Zum Formular',
}
