/** An event as EventBridge delivers it. */
export interface Event {
  version: '0'
  id: string
  'detail-type': string
  source: string
  account: string
  /** ISO 8601, to the second. */
  time: string
  region: string
  /** The ARNs that the event is about. */
  resources: string[]
  detail: Record<string, unknown>
}
