import { CustomNotification } from '@confirmation-reminder/contracts/custom-notification'
import * as v from 'valibot'
import { parseJson } from '../../core/json.ts'
import { isAlarm, renderAlarm } from './alarm.ts'
import { type Rendering, unsupported } from './rendering.ts'

/**
 * The Slack post of AWS Chatbot (Amazon Q Developer in chat applications) for a message of a topic, as closely as
 * public documentation shows: CloudWatch alarms, custom notifications, and events of AWS services exactly as
 * EventBridge delivers them. Everything else is dropped.
 */
export function render(message: string): Rendering {
  const content = parsed(message)
  if (content === undefined) return unsupported('The message is not a JSON object.')
  if (isAlarm(content)) return renderAlarm(content)
  if (content.source === 'custom') return renderCustom(content)
  if (isServiceEvent(content)) return renderServiceEvent(content)
  return unsupported(
    'The message is neither a CloudWatch alarm, nor a custom notification, nor an untransformed event of an AWS service.',
  )
}

function parsed(message: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = parseJson(message)
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? { ...content } : undefined
  } catch {
    return undefined
  }
}

/** A custom notification as Chatbot posts it; one that breaks the schema is dropped, with the field that breaks it. */
function renderCustom(message: object): Rendering {
  const read = v.safeParse(CustomNotification, message)
  if (!read.success) {
    const [issue] = read.issues
    return unsupported(`The custom notification breaks the schema: ${v.getDotPath(issue) ?? 'it'} ${fault(issue)}.`)
  }
  const { title, description, nextSteps = [], keywords = [] } = read.output.content
  const thread = read.output.metadata?.threadId
  return {
    kind: 'custom',
    title: title ?? 'Custom notification',
    text: [
      description,
      ...(nextSteps.length > 0 ? ['', '*Next steps*', ...nextSteps.map((step) => `• ${step}`)] : []),
      ...(keywords.length > 0 ? ['', `*Keywords*: ${keywords.join(', ')}`] : []),
    ].join('\n'),
    ...(thread !== undefined && { thread }),
  }
}

function fault({ expected, received, message }: v.BaseIssue<unknown>): string {
  if (received === 'undefined') return 'is missing'
  if (expected === 'never') return 'is not part of it'
  // For limits, the schema's own message says what is wrong; for types, the library says what it expected.
  return message.startsWith('Invalid') ? `must be ${expected}, not ${received}` : message
}

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
function isServiceEvent(message: object): message is ServiceEvent {
  return v.is(ServiceEvent, message)
}

/**
 * An event of an AWS service as Chatbot posts it. For some services it adds fields of `detail`, which AWS does not
 * document, so that the post here contains only the fields of every service.
 */
function renderServiceEvent(event: ServiceEvent): Rendering {
  return {
    kind: 'event',
    title: `${event['detail-type']} | ${event.region} | Account: ${event.account}`,
    text: [event['detail-type'], ...event.resources].join('\n'),
  }
}
