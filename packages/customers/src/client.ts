import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/**
 * A DynamoDB client for functions whose callers wait. A function that opens several tables gives all of them the
 * same client, so that they share its connections.
 */
export function openClient(): DynamoDBClient {
  return new DynamoDBClient({
    // Conditional writes make retries safe, so that a lost response costs one more call, not a failed request.
    maxAttempts: 3,
    requestHandler: {
      // DynamoDB answers in milliseconds. A call without a response by then is retried while the caller still waits.
      connectionTimeout: 1_000,
      requestTimeout: 2_000,
      throwOnRequestTimeout: true,
    },
  })
}
