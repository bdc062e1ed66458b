import type { ConfirmTexts } from '../shapes.ts'

export const confirm: ConfirmTexts = {
  button: 'Adresse bestätigen',
  signs: 'Es genügt auch, irgendwohin zu tippen, eine Taste zu drücken, zu scrollen oder die Maus zu bewegen.',
  onHold: 'Eine Zeit lang senden wir keine E-Mails an diese Adresse. Danach können Sie sich wieder registrieren.',
  pending: {
    title: 'Bestätigen Sie Ihre E-Mail-Adresse',
    text: 'Ein Klick, und Ihre Registrierung ist abgeschlossen.',
  },
  confirmed: {
    title: 'Ihre E-Mail-Adresse ist bestätigt',
    text: 'Vielen Dank. Es gibt nichts mehr zu tun, und Sie können diese Seite schließen. Falls Sie das nicht waren: Der letzte Link in der E-Mail löscht Ihre Adresse.',
  },
  malformed: {
    title: 'Dieser Link ist nicht vollständig',
    text: 'Manche E-Mail-Programme trennen lange Links. Öffnen Sie den Link in der E-Mail noch einmal, oder kopieren Sie ihn ganz in die Adresszeile. Oder registrieren Sie sich noch einmal: Dann kommt ein neuer Link per E-Mail.',
  },
  unknown: {
    title: 'Wir kennen diesen Link nicht',
    text: 'Die Registrierung dahinter ist vielleicht abgelaufen. Versuchen Sie den Link in unserer neuesten E-Mail, oder registrieren Sie sich noch einmal: Dann kommt ein neuer Link per E-Mail.',
  },
  expired: {
    title: 'Dieser Link ist abgelaufen',
    text: 'Er wurde nicht rechtzeitig benutzt, und so ist die Registrierung verfallen. Registrieren Sie sich noch einmal: Dann kommt ein neuer Link per E-Mail.',
  },
  withdrawn: {
    title: 'Diese Registrierung wurde zurückgezogen',
    text: 'Jemand mit dieser E-Mail hat uns gesagt, dass er es nicht war, und so haben wir die Adresse gelöscht. Es gibt nichts mehr zu bestätigen.',
  },
  notUnderstood: {
    title: 'Das hat nicht geklappt',
    text: 'Wir haben nicht verstanden, was Ihr Browser geschickt hat. Öffnen Sie den Link in der E-Mail noch einmal, oder registrieren Sie sich noch einmal: Dann kommt ein neuer Link per E-Mail.',
  },
}
