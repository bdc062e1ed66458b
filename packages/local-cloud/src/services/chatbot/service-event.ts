import * as v from 'valibot'
import type { Rendering } from './rendering.ts'

/** The envelope that EventBridge gives an event. Chatbot requires all of it, unchanged. */
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

/** Whether a message is an event of an AWS service exactly as EventBridge delivers it, without an input transformer. */
export function isServiceEvent(message: object): message is ServiceEvent {
  return v.is(ServiceEvent, message)
}

/**
 * An event of an AWS service as Chatbot posts it. For some services it adds fields of `detail`, which AWS does not
 * document, so that the post here contains only the fields of every service.
 */
export function renderServiceEvent(event: ServiceEvent): Rendering {
  return {
    kind: 'event',
    title: `${event['detail-type']} | ${event.region} | Account: ${event.account}`,
    text: [event['detail-type'], ...event.resources].join('\n'),
  }
}
