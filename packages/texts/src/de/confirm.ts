import type { ConfirmTexts, Naming } from '../shapes.ts'

export const confirm: Naming<ConfirmTexts> = (name) => ({
  button: 'E-Mail-Adresse bestätigen',
  signs: 'Oder tippen Sie einfach irgendwohin, drücken Sie eine Taste, scrollen Sie oder bewegen Sie die Maus.',
  onHold: 'Eine Zeit lang senden wir keine E-Mails an diese Adresse. Danach können Sie sich wieder registrieren.',
  pending: {
    title: 'Bestätigen Sie Ihre E-Mail-Adresse',
    text: `Ein Klick, und Ihre Registrierung bei ${name} ist abgeschlossen.`,
  },
  confirmed: {
    title: 'Ihre E-Mail-Adresse ist bestätigt',
    text: `Vielen Dank. Ihre Registrierung bei ${name} ist abgeschlossen, und Sie können diese Seite schließen. Falls Sie sich nicht registriert haben, können Sie Ihre Adresse über den Link in unserer E-Mail löschen.`,
  },
  malformed: {
    title: 'Dieser Link ist unvollständig',
    text: 'Manche E-Mail-Programme trennen lange Links. Öffnen Sie den Link in der E-Mail noch einmal oder kopieren Sie ihn vollständig in die Adresszeile. Oder registrieren Sie sich noch einmal: Dann senden wir Ihnen einen neuen Link.',
  },
  unknown: {
    title: 'Dieser Link ist ungültig',
    text: 'Vielleicht ist Ihre Registrierung abgelaufen. Versuchen Sie es mit dem Link in unserer neuesten E-Mail oder registrieren Sie sich noch einmal: Dann senden wir Ihnen einen neuen Link.',
  },
  expired: {
    title: 'Dieser Link ist abgelaufen',
    text: 'Er wurde nicht rechtzeitig benutzt, und die Registrierung ist verfallen. Registrieren Sie sich noch einmal: Dann senden wir Ihnen einen neuen Link.',
  },
  withdrawn: {
    title: 'Diese Registrierung wurde zurückgezogen',
    text: `Jemand hat über den Link in unserer E-Mail mitgeteilt, sich nicht bei ${name} registriert zu haben. Deshalb haben wir die Adresse gelöscht. Es gibt nichts mehr zu bestätigen.`,
  },
  notUnderstood: {
    title: 'Das hat nicht geklappt',
    text: 'Wir konnten nicht verarbeiten, was Ihr Browser gesendet hat. Öffnen Sie den Link in der E-Mail noch einmal. Oder registrieren Sie sich noch einmal: Dann senden wir Ihnen einen neuen Link.',
  },
})
