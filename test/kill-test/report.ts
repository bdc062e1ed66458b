import { isReminder, mustBeEmpty, type Verdict } from './audit.ts'
import type { FailedRun } from './failed-runs.ts'
import type { InjectedRule, Phase } from './faults.ts'
import type { Result } from './kill-test.ts'

/** What each part of the verdict is called. */
const titles: Record<(typeof mustBeEmpty)[number], string> = {
  lost: 'lost',
  doubled: 'doubled',
  afterConfirmation: 'after confirmation',
  afterWithdrawal: 'mailed after withdrawal',
  afterBounce: 'mailed after a bounce or complaint',
  inQuietHours: 'mailed in quiet hours',
  unannounced: 'unannounced',
  invented: 'announced, but did not happen',
  inLogs: 'personal data in logs',
  unexplained: 'failed runs that no fault explains',
  unreported: 'failed runs that are not reported in Slack',
  unacknowledged: 'never acknowledged',
}

/** The table that the kill test prints. */
export function report(result: Result): string {
  const { verdict, customers, mails, kills, phases, slackPosts, seconds } = result
  const registrations = customers.flatMap((customer) => customer.registrations)
  const faults = injectedIn(phases)
  return [
    ...section('What became of the registrations', [
      ['customers', customers.length],
      ['registered and acknowledged', registrations.filter(({ acknowledgedAt }) => acknowledgedAt).length],
      ['confirmed', registrations.filter(({ confirmedAt }) => confirmedAt).length],
      ['withdrawn', registrations.filter(({ withdrawnAt }) => withdrawnAt).length],
      ['confirmation mails', mails.filter((mail) => !isReminder(mail)).length],
      ['reminders', mails.filter(isReminder).length],
    ]),
    ...section('What the customers did', [...count(customers.map(({ kind }) => kind))]),
    ...section(
      'What must not happen',
      mustBeEmpty.map((part) => [titles[part], verdict[part].length]),
    ),
    ...section('What no design prevents', [
      ['after confirmation or withdrawal, but accepted by SES too late', verdict.beyondPatience.length],
    ]),
    ...section('What ends by name, for a person to decide', [
      ['failed runs', verdict.unresolved.length],
      ...[...count(verdict.unresolved.map(({ error, status }) => `  ${error || status}`))],
      ['posts in Slack', slackPosts.filter(({ dropped }) => dropped === null).length],
    ]),
    ...section('What was injected', [
      ['kill -9 of the local cloud', kills],
      ['faults', [...faults.values()].reduce((sum, injected) => sum + injected, 0)],
      ...[...faults].map(([name, injected]): [string, number] => [`  ${name}`, injected]),
    ]),
    'At least one SES event of every mail arrived: a mail without any event looks like a mail that was never sent.',
    `${seconds.toFixed(0)} s in all, ${(customers.length / seconds).toFixed(1)} customers/s.`,
    ...found(verdict),
  ].join('\n')
}

function section(title: string, rows: [string, number | string][]): string[] {
  const width = 76
  const line = ([name, value]: [string, number | string]) => `  ${name.padEnd(width)}${String(value).padStart(8)}`
  return [title, ...rows.map(line), '']
}

/** How often each rule was injected, over all phases. */
function injectedIn(phases: readonly Phase[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const rule of phases.flatMap(({ rules }) => rules)) {
    counts.set(nameOf(rule), (counts.get(nameOf(rule)) ?? 0) + rule.injected)
  }
  return counts
}

/** A rule in one line. */
function nameOf({ service, action, kind, match, when, error, latencyMilliseconds }: InjectedRule): string {
  const { caller, ...other } = (match ?? {}) as Record<string, string>
  const ms = latencyMilliseconds && `${latencyMilliseconds} ms`
  return [kind, error, ms, when, `${service}:${action}`, caller && `by ${caller}`, Object.values(other).join(', ')]
    .filter(Boolean)
    .join(' ')
}

/** The first few of each kind, for the person who investigates. */
function found(verdict: Verdict): string[] {
  const few = 10
  const lists = { ...titles, beyondPatience: 'accepted by SES too late', unresolved: 'failed runs' }
  return Object.entries(lists).flatMap(([part, title]) => {
    const items = verdict[part as keyof typeof lists].map((item) => (typeof item === 'string' ? item : nameOfRun(item)))
    return items.length > 0 ? [`${title}: ${items.slice(0, few).join(', ')}${items.length > few ? ', …' : ''}`] : []
  })
}

const nameOfRun = ({ name, error, status, stoppedAt }: FailedRun) =>
  `${name} (${error || status}, ${new Date(stoppedAt).toISOString()})`

function count(texts: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}
