import * as v from 'valibot'
import type { Rendering } from './rendering.ts'

/** The envelope that EventBridge gives an event. Chatbot wants all of it, as it was. */
const ServiceEvent = v.object({
  version: v.literal('0'),
  id: v.string(),
  'detail-type': v.string(),
  source: v.pipe(v.string(), v.startsWith('aws.')),
  account: v.string(),
  time: v.string(),
  region: v.string(),
  resources: v.array(v.string()),
  detail: v.looseObject({}),
})
type ServiceEvent = v.InferOutput<typeof ServiceEvent>

/** Whether a message is an event of an AWS service just as EventBridge delivers it: no input transformer touched it. */
export function isServiceEvent(message: object): message is ServiceEvent {
  return v.is(ServiceEvent, message)
}

/**
 * An event of an AWS service as Chatbot posts it. For some services it adds fields of `detail`; AWS documents them
 * nowhere, so that the post here says only what every service's does.
 */
export function renderServiceEvent(event: ServiceEvent): Rendering {
  return {
    kind: 'event',
    title: `${event['detail-type']} | ${event.region} | Account: ${event.account}`,
    text: [event['detail-type'], ...event.resources].join('\n'),
  }
}
