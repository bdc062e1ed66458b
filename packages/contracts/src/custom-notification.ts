import * as v from 'valibot'

// A post within these limits fits Slack's blocks, whose limits are narrower than those of AWS: a title is one line, a text is one section.
export const longestTitle = 250
export const longestText = 3000

const line = v.pipe(v.string(), v.nonEmpty('is empty'))
const lines = v.array(line)
const text = v.pipe(line, v.maxLength(longestText, `is longer than ${longestText} characters`))

/**
 * A custom notification of AWS Chatbot (Amazon Q Developer in chat applications): the only message from our own code
 * that it posts. It is published as JSON to a topic that the channel subscribes to. A message that breaks this schema
 * never appears.
 */
export const CustomNotification = v.strictObject({
  version: v.literal('1.0'),
  source: v.literal('custom'),
  /** Names the event, to trace it. It does not make a second post of the same id disappear. */
  id: v.optional(line),
  content: v.strictObject({
    /** The chat's own markdown: in Slack `*bold*`, `_italic_`, `<url|text>`, `:emoji:`. */
    textType: v.optional(v.literal('client-markdown')),
    title: v.optional(v.pipe(line, v.maxLength(longestTitle, `is longer than ${longestTitle} characters`))),
    description: text,
    nextSteps: v.optional(lines),
    keywords: v.optional(lines),
  }),
  metadata: v.optional(
    v.strictObject({
      /** Posts of one thread id share a thread, if the channel's preferences allow threads. */
      threadId: v.optional(line),
      /** The summary of a post in a thread. */
      summary: v.optional(text),
      eventType: v.optional(line),
      relatedResources: v.optional(lines),
      additionalContext: v.optional(v.record(v.string(), v.string())),
      enableCustomActions: v.optional(v.boolean()),
    }),
  ),
})
export type CustomNotification = v.InferOutput<typeof CustomNotification>
