/** Stands in for `@smithy/core/event-streams` in bundles: no operation that we call streams events. */
export class EventStreamSerde {
  constructor() {
    throw new Error('Bundles have no event streams: remove their stand-in from lean-sdk.ts.')
  }
}
export const eventStreamSerdeProvider = () => undefined
