import type { FormTexts } from '../shapes.ts'

export const form: FormTexts = {
  label: 'E-Mail-Adresse',
  button: 'Registrieren',
  trap: 'Bitte lassen Sie dieses Feld leer',
  proving: 'Einen Moment: Ihr Browser zeigt, dass er kein Bot ist …',
  notProven: 'Das hat nicht geklappt. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
  withoutScript:
    'Dieses Formular braucht JavaScript. Schalten Sie es in Ihrem Browser ein, und laden Sie die Seite neu.',
  link: 'Zum Formular',
}
