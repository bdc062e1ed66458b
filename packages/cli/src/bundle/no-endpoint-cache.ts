/** Stands in for `@aws-sdk/endpoint-cache` in bundles: DynamoDB's endpoint is known, and is looked up for no operation. */
export class EndpointCache {
  get(): never {
    throw new Error('Bundles have no endpoint discovery: remove its stand-in from lean-sdk.ts.')
  }
}
