import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/**
 * A client for the few small calls of a function that somebody waits for. Who opens several tables shares one, so that
 * they share its connections.
 */
export function openClient(): DynamoDBClient {
  return new DynamoDBClient({
    // Conditional writes make repeating safe, so that a lost answer costs one more call, not a failed request.
    maxAttempts: 3,
    requestHandler: {
      // DynamoDB answers in milliseconds. Whoever has not by then should be asked again while the reader still waits.
      connectionTimeout: 1_000,
      requestTimeout: 2_000,
      throwOnRequestTimeout: true,
    },
  })
}
