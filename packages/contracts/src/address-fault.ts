/** Why a text is not an address that we can write to. */
export type AddressFault =
  | 'empty'
  | 'controlCharacter'
  | 'space'
  | 'notOneAt'
  | 'tooLong'
  | 'localTooLong'
  | 'localQuoted'
  | 'localNotAscii'
  | 'localMalformed'
  | 'domainIsIpLiteral'
  | 'domainWithoutDot'
  | 'domainMalformed'
