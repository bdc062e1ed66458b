import type { AddressFaultTexts, Naming, RegisterTexts } from '../shapes.ts'

export const register: Naming<RegisterTexts> = (name) => ({
  asked: 'Registrieren',
  whatFor: `Geben Sie Ihre E-Mail-Adresse ein, um sich bei ${name} zu registrieren. Wir senden Ihnen dann einen Link, um sie zu bestätigen.`,
  accepted: 'Sehen Sie in Ihrem Postfach nach',
  opening: `Wir haben Ihnen eine E-Mail mit einem Link gesendet. Öffnen Sie den Link, um Ihre Adresse zu bestätigen und Ihre Registrierung bei ${name} abzuschließen.`,
  nothingCame:
    'Nach ein paar Minuten noch nichts da? Sehen Sie im Spam-Ordner nach oder registrieren Sie sich noch einmal.',
  refused: 'Das hat nicht geklappt',
  notUnderstood:
    'Wir konnten nicht verarbeiten, was das Formular gesendet hat. Bitte geben Sie Ihre E-Mail-Adresse hier ein:',
  unavailable: 'Wir konnten die E-Mail nicht senden. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
})

export const addressFaults: AddressFaultTexts = {
  empty: 'Die E-Mail-Adresse fehlt.',
  controlCharacter: 'Die E-Mail-Adresse enthält ein unsichtbares Zeichen. Bitte tippen Sie sie von Hand ein.',
  space: 'Eine E-Mail-Adresse darf keine Leerzeichen enthalten.',
  notOneAt: 'Eine E-Mail-Adresse hat die Form name@example.com, mit einem @.',
  tooLong: 'Eine E-Mail-Adresse darf höchstens 254 Zeichen haben.',
  localTooLong: 'Vor dem @ darf eine E-Mail-Adresse höchstens 64 Zeichen haben.',
  localQuoted:
    'An Adressen in Anführungszeichen können wir keine E-Mails senden. Bitte verwenden Sie eine andere Adresse.',
  localNotAscii:
    'An Adressen mit Umlauten oder anderen Sonderzeichen vor dem @ können wir keine E-Mails senden. Bitte verwenden Sie eine andere Adresse.',
  localMalformed: 'Vor dem @ der E-Mail-Adresse ist ein Fehler. Bitte prüfen Sie Punkte und Sonderzeichen.',
  domainIsIpLiteral: 'Nach dem @ muss ein Name wie example.com stehen, keine IP-Adresse.',
  domainWithoutDot: 'Nach dem @ fehlt die Endung, wie .com in example.com.',
  domainMalformed: 'Nach dem @ der E-Mail-Adresse ist ein Fehler. Dort sollte etwas wie example.com stehen.',
}
