import type { Naming, WithdrawTexts } from '../shapes.ts'

export const withdraw: Naming<WithdrawTexts> = (name) => ({
  button: 'E-Mail-Adresse löschen',
  register: 'Möchten Sie sich registrieren?',
  onHold: 'Eine Zeit lang senden wir keine E-Mails an diese Adresse. Danach können Sie sich wieder registrieren.',
  otherwise: 'Sie haben es sich anders überlegt? Dann schließen Sie diese Seite einfach: Es ist noch nichts gelöscht.',
  pending: {
    title: 'Adresse löschen?',
    text: `Falls Sie sich nicht bei ${name} registriert haben, können Sie hier Ihre E-Mail-Adresse und alles löschen, was wir zu der Registrierung gespeichert haben. Wir schreiben Ihnen dazu nicht mehr, auch wenn jemand Ihre Adresse bald noch einmal eingibt.`,
  },
  withdrawn: {
    title: 'Ihre Adresse ist gelöscht',
    text: `Wir haben Ihre Registrierung bei ${name} gelöscht und schreiben Ihnen dazu nicht mehr. Sie können diese Seite schließen.`,
  },
  malformed: {
    title: 'Dieser Link ist unvollständig',
    text: 'Manche E-Mail-Programme trennen lange Links. Öffnen Sie den Link in der E-Mail noch einmal oder kopieren Sie ihn vollständig in die Adresszeile. Oder antworten Sie auf die E-Mail, und wir löschen Ihre Adresse.',
  },
  unknown: {
    title: 'Dieser Link ist ungültig',
    text: 'Die Registrierung ist wahrscheinlich schon gelöscht. Falls Sie dazu noch E-Mails bekommen, öffnen Sie diesen Link in der neuesten.',
  },
  expired: {
    title: 'Diese Registrierung ist schon abgelaufen',
    text: 'Sie wurde nicht rechtzeitig bestätigt. Deshalb verwenden wir die Adresse nicht mehr und löschen sie. Es gibt nichts mehr zu tun.',
  },
  notUnderstood: {
    title: 'Das hat nicht geklappt',
    text: 'Wir konnten nicht verarbeiten, was Ihr Browser gesendet hat. Öffnen Sie den Link in der E-Mail noch einmal. Oder antworten Sie auf die E-Mail, und wir löschen Ihre Adresse.',
  },
})
