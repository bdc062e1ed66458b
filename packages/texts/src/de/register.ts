import type { RegisterTexts } from '../shapes.ts'

export const register: RegisterTexts = {
  asked: 'Registrieren',
  whatFor: 'Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen dann eine E-Mail mit einem Link, der sie bestätigt.',
  accepted: 'Bitte sehen Sie in Ihr Postfach',
  opening: 'Wir haben Ihnen eine E-Mail mit einem Link geschickt. Öffnen Sie den Link, um Ihre Adresse zu bestätigen.',
  nothingCame:
    'Nach ein paar Minuten noch nichts da? Sehen Sie in den Spam-Ordner, oder registrieren Sie sich noch einmal.',
  refused: 'Das hat nicht geklappt',
  notUnderstood:
    'Das Formular hat etwas geschickt, das wir nicht verstehen. Bitte geben Sie Ihre E-Mail-Adresse hier ein:',
  unavailable: 'Wir konnten die E-Mail nicht senden. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
  addressFaults: {
    empty: 'Die E-Mail-Adresse fehlt.',
    controlCharacter: 'Die E-Mail-Adresse enthält ein Steuerzeichen. Bitte tippen Sie sie von Hand ein.',
    space: 'Eine E-Mail-Adresse enthält keine Leerzeichen.',
    notOneAt: 'Eine E-Mail-Adresse hat die Form name@example.com, mit einem @.',
    tooLong: 'Eine E-Mail-Adresse hat höchstens 254 Zeichen.',
    localTooLong: 'Vor dem @ hat eine E-Mail-Adresse höchstens 64 Zeichen.',
    localQuoted: 'An Adressen in Anführungszeichen können wir nicht senden. Bitte nehmen Sie eine andere.',
    localNotAscii:
      'An Adressen mit Umlauten oder anderen Sonderzeichen vor dem @ können wir nicht senden. Bitte nehmen Sie eine andere.',
    localMalformed: 'Vor dem @ der E-Mail-Adresse ist ein Fehler. Bitte prüfen Sie Punkte und Sonderzeichen.',
    domainIsIpLiteral: 'Nach dem @ muss ein Name wie example.com stehen, keine IP-Adresse.',
    domainWithoutDot: 'Nach dem @ fehlt die Endung, wie in example.com.',
    domainMalformed: 'Nach dem @ der E-Mail-Adresse ist ein Fehler. Dort sollte etwas wie example.com stehen.',
  },
}
