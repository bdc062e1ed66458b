import { CustomNotification } from '@confirmation-reminder/contracts/custom-notification'
import * as v from 'valibot'
import { type Rendering, unsupported } from './rendering.ts'

/** A custom notification as Chatbot posts it; one that breaks the schema is dropped, with the field that breaks it. */
export function renderCustom(message: object): Rendering {
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
