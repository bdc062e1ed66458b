import type { RegisterTexts } from '../shapes.ts'

export const register: RegisterTexts = {
  asked: 'Register',
  whatFor: 'Enter your mail address. We then send you a mail with a link that confirms it.',
  accepted: 'Look into your mail',
  opening: 'We have sent you a mail with a link. Open the link to confirm your address.',
  nothingCame: 'Nothing there after a few minutes? Look into the spam folder, or register again.',
  refused: 'This did not work',
  notUnderstood: 'The form sent something that we do not understand. Please enter your mail address here:',
  unavailable: 'We could not send the mail. Please try again in a few minutes.',
  addressFaults: {
    empty: 'The mail address is missing.',
    controlCharacter: 'The mail address contains a control character. Type it by hand.',
    space: 'A mail address contains no spaces.',
    notOneAt: 'A mail address has the form name@example.com, with one @.',
    tooLong: 'A mail address has at most 254 characters.',
    localTooLong: 'Before the @ a mail address has at most 64 characters.',
    localQuoted: 'We cannot send to addresses in quotation marks. Use another one.',
    localNotAscii: 'We cannot send to addresses with letters other than a to z before the @. Use another one.',
    localMalformed: 'There is a mistake before the @ of the mail address. Check the dots and the special characters.',
    domainIsIpLiteral: 'After the @ there must be a name such as example.com, not an IP address.',
    domainWithoutDot: 'After the @ the ending is missing, as in example.com.',
    domainMalformed: 'There is a mistake after the @ of the mail address. It should look like example.com.',
  },
}
