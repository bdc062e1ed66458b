/** The two attributes of the customers' table that DynamoDB itself must know. Everything else belongs to `customers`. */
export const customersTable = {
  hashKey: 'customerId',
  /** DynamoDB deletes an item some time after this moment, in seconds since 1970. */
  ttlAttribute: 'expiresAt',
} as const
