import { DescribeExecutionCommand, paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn'
import type { LocalCloud, Mail } from './local-cloud.ts'
import { stateMachineOf } from './state-machine.ts'

/*
 * Reminders of unknown outcome, and events of SES that come late: the faults that make them, and what they lead to.
 */

const reminding = { service: 'ses', action: 'SendRawEmail', match: { caller: 'reminder' } }

/** SES accepts reminders, and its answers are lost. */
export const answersLost = (times: number) => ({ ...reminding, times, kind: 'dropAfterEffect' })
/** The function dies as soon as SES has accepted its reminder. */
export const functionsDie = (times: number) => ({ ...reminding, times, kind: 'crashCaller', when: 'afterEffect' })
/** The function dies after it has claimed a reminder, before SES gets it. */
export const neverSent = (times: number) => ({ ...reminding, times, kind: 'crashCaller', when: 'beforeEffect' })

/** Lambda does not run `feedback`. */
export const feedbackThrottled = {
  ...{ service: 'lambda', action: 'Invoke', kind: 'error', error: 'TooManyRequestsException', rate: 1 },
  match: { caller: 'sqs' },
}
/** DynamoDB refuses `feedback`. */
export const tableRefuses = (error: string) =>
  ['GetItem', 'PutItem'].map((action) => ({
    ...{ service: 'dynamodb', action, kind: 'error', error, rate: 1 },
    match: { caller: 'feedback' },
  }))
export const eventsLate = (delaySeconds: number) => ({
  ...{ service: 'ses', action: 'Event', kind: 'delay', rate: 1 },
  delaySeconds,
})

/** Replaces the faults of a cloud. */
export async function setFaults(cloud: LocalCloud, ...rules: object[]): Promise<void> {
  const answer = await cloud.control('PUT', 'faults', rules)
  expect({ status: answer.status, said: await answer.json() }).toMatchObject({ status: 200 })
}

/** How often each rule has been applied. */
export async function injected(cloud: LocalCloud): Promise<number[]> {
  const rules = (await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()) as { injected: number }[]
  return rules.map((rule) => rule.injected)
}

export const isReminder = ({ headers }: Mail) => 'List-Unsubscribe' in headers

/** How many reminders each address got. */
export async function remindersTo(cloud: LocalCloud, emails: readonly string[]): Promise<number[]> {
  return await Promise.all(emails.map(async (email) => (await cloud.mails(email)).filter(isReminder).length))
}

/** How many runs have which outcome; those without one count by their error or status. */
export async function outcomes(
  cloud: LocalCloud,
  isMeant: (name: string) => boolean = () => true,
): Promise<Record<string, number>> {
  const client = new SFNClient(cloud.client)
  const found: Record<string, number> = {}
  const pages = paginateListExecutions({ client }, { stateMachineArn: await stateMachineOf(client) })
  for await (const { executions = [] } of pages) {
    for (const { executionArn, name = '' } of executions) {
      if (!isMeant(name)) continue
      const { status = '', error, output } = await client.send(new DescribeExecutionCommand({ executionArn }))
      const { outcome = error ?? status, reminder } = JSON.parse(output ?? '{}') as Output
      const key = reminder?.outcome ?? outcome
      found[key] = (found[key] ?? 0) + 1
    }
  }
  client.destroy()
  return found
}

/**
 * How the runs ended, if each of them ended with a sent reminder.
 * @param byEvidence of how many reminders the answers were lost. On a slow machine more are: the caller of SES waits five seconds.
 */
export function reminded({ sent = 0, alreadySent = 0, ...others }: Record<string, number>, byEvidence: number) {
  return { all: sent + alreadySent, others, enoughByEvidence: alreadySent >= byEvidence }
}

interface Output {
  outcome?: string
  /** Where the run of a plan of several reminders, or of one that can be postponed, has the last answer. */
  reminder?: { outcome: string }
}

/** How often Slack received that an alarm went off. */
export async function alarms(cloud: LocalCloud, id: string): Promise<number> {
  const isAlarm = (title: string) => title.startsWith(':rotating_light:') && title.includes(`-${id} |`)
  return (await cloud.slack()).filter(({ title, dropped }) => isAlarm(title) && !dropped).length
}
