/** The two attributes of the sources' table that DynamoDB itself must know. */
export const sourcesTable = {
  /** A keyed hash of the source of registrations and of the hour. */
  hashKey: 'sourceHour',
  /** DynamoDB deletes an item some time after this moment, in seconds since 1970. */
  ttlAttribute: 'expiresAt',
} as const
