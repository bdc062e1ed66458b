import type { WithdrawTexts } from '../shapes.ts'

export const withdraw: WithdrawTexts = {
  button: 'Adresse löschen',
  register: 'Möchten Sie sich registrieren?',
  onHold: 'Eine Zeit lang senden wir keine E-Mails an diese Adresse. Danach können Sie sich wieder registrieren.',
  otherwise: 'Sie waren es doch? Dann schließen Sie diese Seite einfach: Es ist noch nichts geschehen.',
  pending: {
    title: 'Sie waren das nicht?',
    text: 'Ein Klick, und wir löschen Ihre E-Mail-Adresse und alles, was wir dazu wissen. Sie bekommen keine E-Mails mehr von uns, auch wenn jemand Ihre Adresse bald noch einmal eingibt.',
  },
  withdrawn: {
    title: 'Ihre E-Mail-Adresse ist gelöscht',
    text: 'Sie bekommen keine E-Mails mehr von uns. Es gibt nichts mehr zu tun, und Sie können diese Seite schließen.',
  },
  malformed: {
    title: 'Dieser Link ist nicht vollständig',
    text: 'Manche E-Mail-Programme trennen lange Links. Öffnen Sie den Link in der E-Mail noch einmal, oder kopieren Sie ihn ganz in die Adresszeile. Oder antworten Sie auf die E-Mail, und wir löschen Ihre Adresse.',
  },
  unknown: {
    title: 'Wir kennen diesen Link nicht',
    text: 'Die Registrierung dahinter ist wahrscheinlich schon gelöscht. Falls noch E-Mails kommen, öffnen Sie diesen Link in der neuesten.',
  },
  expired: {
    title: 'Diese Registrierung ist schon abgelaufen',
    text: 'Niemand hat sie rechtzeitig bestätigt, und so benutzen wir die Adresse nicht mehr und löschen sie. Es gibt nichts mehr zu tun.',
  },
  notUnderstood: {
    title: 'Das hat nicht geklappt',
    text: 'Wir haben nicht verstanden, was Ihr Browser geschickt hat. Öffnen Sie den Link in der E-Mail noch einmal, oder antworten Sie auf die E-Mail, und wir löschen Ihre Adresse.',
  },
}
