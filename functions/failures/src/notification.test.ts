import { CustomNotification } from '@confirmation-reminder/contracts/custom-notification'
import { badEndings } from '@confirmation-reminder/contracts/failed-run'
import fc from 'fast-check'
import * as v from 'valibot'
import { readFailedRun } from './failed-run.ts'
import { notificationOf, type Occasion } from './notification.ts'
import { failedRunEvent } from './test/failed-run-event.ts'
import { windowOf } from './window.ts'

const occasion = (detail: Record<string, unknown> = {}, more: Partial<Occasion> = {}): Occasion => {
  const run = readFailedRun(failedRunEvent(detail))
  const runbookUrl = 'https://example.com/runbook'
  return { run, window: windowOf(run), count: 1, failedState: 'TriggerNotification', runbookUrl, ...more }
}
const name = 'd94b1f0c-6d3c-5a70-9a4e-0f1c2b3d4e5f_3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f'
const arn = `arn:aws:states:eu-central-1:000000000000:execution:confirmation-reminder:${name}`

test('the post begins with the impact, names the run, the state, the error and the cause, and says what to do', () => {
  expect(notificationOf(occasion())).toEqual({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: ':x: 1 run failed: MailRefused',
      description: [
        '*1 customer may get no reminder.*',
        `*Run*: \`${name}\``,
        '*State*: `TriggerNotification`',
        '*Error*: `MailRefused`',
        '*Cause*: `Not verified.`',
        '*Ended*: 2026-07-29 10:17 UTC',
        '',
        'First run with this error since 2026-07-29 10:15 UTC. The next post about it comes at 2.',
        `<https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/${arn}|Open the run in the console>`,
      ].join('\n'),
      nextSteps: [
        'Read <https://example.com/runbook#executionsfailed|what to do>.',
        `After you have fixed the cause, redrive the run from that state, before its registration lapses: \`aws stepfunctions redrive-execution --execution-arn ${arn}\``,
      ],
      keywords: ['MailRefused', 'FAILED'],
    },
    metadata: {
      threadId: 'MailRefused 2026-07-29',
      summary: '1 run failed: MailRefused',
      eventType: 'RunEndedBadly',
      relatedResources: [arn],
      additionalContext: { count: '1', error: 'MailRefused', status: 'FAILED' },
    },
  })
})

test('the post of a burst says how many, since when, and when the next one comes', () => {
  const { content, metadata } = notificationOf(occasion({}, { count: 1_000 }))
  expect(content.title).toBe(':x: 1,000 runs failed: MailRefused')
  expect(content.description).toMatch(/^\*1,000 customers may get no reminder\.\*\n/)
  expect(content.description).toContain(
    '1,000 runs with this error since 2026-07-29 10:15 UTC; this is the latest. The next post about it comes at 10,000.',
  )
  expect(metadata?.threadId).toBe(notificationOf(occasion()).metadata?.threadId)
})

test('a stopped run is redriven only if that was a mistake; a timed-out run like a failed one', () => {
  const steps = (status: string) => notificationOf(occasion({ status })).content.nextSteps?.join('\n')
  expect(steps('ABORTED')).toMatch(
    /#executionsaborted[\s\S]*The run was stopped by hand\. If that was a mistake[\s\S]*redrive-execution/,
  )
  expect(steps('TIMED_OUT')).toMatch(/#executionstimedout[\s\S]*After you have fixed the cause[\s\S]*redrive-execution/)
})

test('the post says if the state is unknown', () => {
  expect(notificationOf(occasion({}, { failedState: undefined })).content.description).toContain('*State*: unknown')
})

test('for any text of a run, the post keeps the schema and shows no link, mention or address from that text', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('<!channel>', '<https://evil.example|click>', 'ada@example.com', '`&<>'.repeat(200)),
  )
  fc.assert(
    fc.property(text, text, fc.constantFrom(...badEndings), fc.nat(10_000_000), (error, cause, status, count) => {
      const post = notificationOf(occasion({ error, cause, status }, { count: count + 1 }))
      expect(v.safeParse(CustomNotification, post).issues).toBeUndefined()
      const shown = JSON.stringify(post.content)
      expect(shown).not.toMatch(/<!|<https:\/\/evil|ada@/)
    }),
  )
})
