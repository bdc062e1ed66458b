import { parseJson } from '../../core/json.ts'
import { isAlarm, renderAlarm } from './alarm.ts'
import { renderCustom } from './custom.ts'
import { type Rendering, unsupported } from './rendering.ts'
import { isServiceEvent, renderServiceEvent } from './service-event.ts'

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
