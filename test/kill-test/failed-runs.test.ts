import { isExplained, isReported } from './failed-runs.ts'
import type { InjectedRule } from './faults.ts'
import { hourMs as hour } from './plan.ts'

const run = (error: string) => ({ name: 'a_b', status: 'FAILED', error, stoppedAt: 25 * hour })
const post = { at: new Date(25 * hour + 1000).toISOString(), title: ':x: 3 runs failed: SendInDoubt', dropped: null }

test.each([
  ['in time', post, [], true],
  ['of another error', { ...post, title: ':x: 1 run failed: MailRefused' }, [], false],
  ['of another day', { ...post, at: new Date(50 * hour).toISOString() }, [], false],
  ['that Chatbot dropped', { ...post, dropped: 'no schema' }, [], false],
  ['after the outage', { ...post, at: new Date(31 * hour).toISOString() }, [{ from: 24 * hour, to: 30 * hour }], true],
  [
    'long after the outage',
    { ...post, at: new Date(33 * hour).toISOString() },
    [{ from: 24 * hour, to: 30 * hour }],
    false,
  ],
  [
    'after an outage that had ended before',
    { ...post, at: new Date(26 * hour).toISOString() },
    [{ from: 20 * hour, to: 24 * hour }],
    false,
  ],
])('a failed run, and a post %s', (_, found, outages, reported) => {
  expect(isReported(run('SendInDoubt'), [found], outages)).toBe(reported)
})

const rule = (changes: Partial<InjectedRule>): InjectedRule => ({
  ...{ service: 'ses', action: 'SendRawEmail', kind: 'error', rate: 1, injected: 1 },
  ...changes,
})
const paused = rule({ error: 'AccountSendingPausedException' })
const lost = rule({ kind: 'dropAfterEffect' })

test.each<[string, string, InjectedRule, { from: number; to: number }, boolean]>([
  ['that was active then', 'MailPaused', paused, { from: 24 * hour, to: 30 * hour }, true],
  ['of another error', 'MailThrottled', paused, { from: 24 * hour, to: 30 * hour }, false],
  ['that was never injected', 'MailPaused', { ...paused, injected: 0 }, { from: 24 * hour, to: 30 * hour }, false],
  ['that had ended', 'MailPaused', paused, { from: 20 * hour, to: 24 * hour }, false],
  ['that had not begun', 'MailPaused', paused, { from: 26 * hour, to: 30 * hour }, false],
  ['that had ended, for an error that comes hours later', 'SendInDoubt', lost, { from: 0, to: 3 * hour }, true],
  ['for an error that nothing explains', 'TypeError', lost, { from: 0, to: 30 * hour }, false],
  ['for a contract that is broken', 'ContractViolation', paused, { from: 0, to: 30 * hour }, false],
])('a failed run, and a fault %s', (_, error, injected, interval, explained) => {
  expect(isExplained(run(error), [{ ...interval, rules: [injected] }])).toBe(explained)
})
