/** The two attributes of the failures' table that DynamoDB itself must know. */
export const failuresTable = {
  /** An error's name and the beginning of its window. */
  hashKey: 'errorWindow',
  /** DynamoDB deletes an item some time after this moment, in seconds since 1970. */
  ttlAttribute: 'expiresAt',
} as const
