import type { AddressFaultTexts, Naming, RegisterTexts } from '../shapes.ts'

export const register: Naming<RegisterTexts> = (name) => ({
  asked: 'Register',
  whatFor: `Enter your email address to register with ${name}, and we’ll send you a link to confirm it.`,
  accepted: 'Check your email',
  opening: `We’ve sent you an email with a link. Open the link to confirm your address and complete your registration with ${name}.`,
  nothingCame: 'Nothing there after a few minutes? Check your spam folder, or register again.',
  refused: 'That didn’t work',
  notUnderstood: 'We couldn’t process what the form sent. Please enter your email address here:',
  unavailable: 'We couldn’t send the email. Please try again in a few minutes.',
})

export const addressFaults: AddressFaultTexts = {
  empty: 'The email address is missing.',
  controlCharacter: 'The email address contains an invisible character. Please type it by hand.',
  space: 'An email address can’t contain spaces.',
  notOneAt: 'An email address looks like name@example.com, with one @.',
  tooLong: 'An email address can have at most 254 characters.',
  localTooLong: 'An email address can have at most 64 characters before the @.',
  localQuoted: 'We can’t send email to addresses in quotation marks. Please use another address.',
  localNotAscii:
    'We can’t send email to addresses with letters other than a to z before the @. Please use another address.',
  localMalformed: 'There’s a mistake before the @ in the email address. Check the dots and special characters.',
  domainIsIpLiteral: 'After the @, there must be a name such as example.com, not an IP address.',
  domainWithoutDot: 'After the @, the ending is missing, such as .com in example.com.',
  domainMalformed: 'There’s a mistake after the @ in the email address. It should look like example.com.',
}
