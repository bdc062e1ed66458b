import type { Locale } from '@confirmation-reminder/contracts/functions'
import type { AddressFault } from '@confirmation-reminder/customers/address'

type Said = Record<Locale, string>

/** What is wrong with an address, and what to do about it. */
export const addressFaults: Record<AddressFault, Said> = {
  empty: { en: 'The mail address is missing.', de: 'Die E-Mail-Adresse fehlt.' },
  controlCharacter: {
    en: 'The mail address contains a control character. Type it by hand.',
    de: 'Die E-Mail-Adresse enthält ein Steuerzeichen. Bitte tippen Sie sie von Hand ein.',
  },
  space: { en: 'A mail address contains no spaces.', de: 'Eine E-Mail-Adresse enthält keine Leerzeichen.' },
  notOneAt: {
    en: 'A mail address has the form name@example.com, with one @.',
    de: 'Eine E-Mail-Adresse hat die Form name@example.com, mit einem @.',
  },
  tooLong: {
    en: 'A mail address has at most 254 characters.',
    de: 'Eine E-Mail-Adresse hat höchstens 254 Zeichen.',
  },
  localTooLong: {
    en: 'Before the @ a mail address has at most 64 characters.',
    de: 'Vor dem @ hat eine E-Mail-Adresse höchstens 64 Zeichen.',
  },
  localQuoted: {
    en: 'We cannot send to addresses in quotation marks. Use another one.',
    de: 'An Adressen in Anführungszeichen können wir nicht senden. Bitte nehmen Sie eine andere.',
  },
  localNotAscii: {
    en: 'We cannot send to addresses with letters other than a to z before the @. Use another one.',
    de: 'An Adressen mit Umlauten oder anderen Sonderzeichen vor dem @ können wir nicht senden. Bitte nehmen Sie eine andere.',
  },
  localMalformed: {
    en: 'There is a mistake before the @ of the mail address. Check the dots and the special characters.',
    de: 'Vor dem @ der E-Mail-Adresse ist ein Fehler. Bitte prüfen Sie Punkte und Sonderzeichen.',
  },
  domainIsIpLiteral: {
    en: 'After the @ there must be a name such as example.com, not an IP address.',
    de: 'Nach dem @ muss ein Name wie example.com stehen, keine IP-Adresse.',
  },
  domainWithoutDot: {
    en: 'After the @ the ending is missing, as in example.com.',
    de: 'Nach dem @ fehlt die Endung, wie in example.com.',
  },
  domainMalformed: {
    en: 'There is a mistake after the @ of the mail address. It should look like example.com.',
    de: 'Nach dem @ der E-Mail-Adresse ist ein Fehler. Dort sollte etwas wie example.com stehen.',
  },
}

/** What the pages say that show and answer the plain form. */
export const pageWords = {
  en: {
    asked: 'Register',
    whatFor: 'Enter your mail address. We then send you a mail with a link that confirms it.',
    accepted: 'Look into your mail',
    opening: 'We have sent you a mail with a link. Open the link to confirm your address.',
    nothingCame: 'Nothing there after a few minutes? Look into the spam folder, or register again.',
    refused: 'This did not work',
    notUnderstood: 'The form sent something that we do not understand. Please enter your mail address here:',
    unavailable: 'We could not send the mail. Please try again in a few minutes.',
  },
  de: {
    asked: 'Registrieren',
    whatFor:
      'Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen dann eine E-Mail mit einem Link, der sie bestätigt.',
    accepted: 'Bitte sehen Sie in Ihr Postfach',
    opening:
      'Wir haben Ihnen eine E-Mail mit einem Link geschickt. Öffnen Sie den Link, um Ihre Adresse zu bestätigen.',
    nothingCame:
      'Nach ein paar Minuten noch nichts da? Sehen Sie in den Spam-Ordner, oder registrieren Sie sich noch einmal.',
    refused: 'Das hat nicht geklappt',
    notUnderstood:
      'Das Formular hat etwas geschickt, das wir nicht verstehen. Bitte geben Sie Ihre E-Mail-Adresse hier ein:',
    unavailable: 'Wir konnten die E-Mail nicht senden. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
  },
} satisfies Record<Locale, Record<string, string>>
