import { isReminder, type Verdict } from './audit.ts'
import type { InjectedRule } from './faults.ts'
import type { Result } from './kill-test.ts'

/** The table that the kill test prints. */
export function report(result: Result): string {
  const { verdict, customers, mails, kills, faults, slackPosts, seconds, registrationsPerSecond } = result
  const confirmed = customers.filter(({ confirmedAt }) => confirmedAt !== undefined)
  const amid = confirmed.filter(({ atTheReminder }) => atTheReminder)
  const reminded = new Set(mails.filter(isReminder).flatMap(({ to }) => to))
  const { lost, doubled, afterConfirmation, beyondPatience, unresolved, unreported, unacknowledged } = verdict
  return [
    ...section('What became of the registrations', [
      ['registered and acknowledged', customers.length - unacknowledged.length],
      ['never acknowledged', unacknowledged.length],
      ['confirmed', confirmed.length],
      ['  of these while the reminder was being sent', amid.length],
      ['  and reminded just before that', amid.filter(({ email }) => reminded.has(email)).length],
      ['confirmation mails', mails.filter((mail) => !isReminder(mail)).length],
      ['reminders', mails.filter(isReminder).length],
    ]),
    ...section('What must not happen', [
      ['lost', lost.length],
      ['doubled', doubled.length],
      ['after confirmation', afterConfirmation.length],
    ]),
    ...section('What no design prevents', [
      ['after confirmation, accepted by SES too late after the claim', beyondPatience.length],
    ]),
    ...section('What only a person can decide', [
      ['unresolved: runs that failed by name', unresolved.length],
      ...[...count(unresolved.map(({ error, status }) => error || status))].map(([error, times]): [string, number] => [
        `  ${error}`,
        times,
      ]),
      ['of these not reported in Slack', unreported.length],
      ['posts in Slack', slackPosts.filter(({ dropped }) => dropped === null).length],
    ]),
    ...section('What was injected', [
      ['kill -9 of the local cloud', kills],
      ['faults', faults.reduce((sum, { injected }) => sum + injected, 0)],
      ...faults.map((rule): [string, number] => [`  ${nameOf(rule)}`, rule.injected]),
    ]),
    'At least one SES event of every mail arrived: a mail without any event looks like a mail that was never sent.',
    `${seconds.toFixed(0)} s in all, ${registrationsPerSecond.toFixed(1)} registrations/s while customers registered.`,
    ...found(verdict),
  ].join('\n')
}

function section(title: string, rows: [string, number | string][]): string[] {
  const width = 64
  const line = ([name, value]: [string, number | string]) => `  ${name.padEnd(width)}${String(value).padStart(8)}`
  return [title, ...rows.map(line), '']
}

/** A rule in one line. */
function nameOf({ service, action, kind, match, when, error, latencyMilliseconds }: InjectedRule): string {
  const { caller, ...other } = (match ?? {}) as Record<string, string>
  const ms = latencyMilliseconds && `${latencyMilliseconds} ms`
  return [kind, error, ms, when, `${service}:${action}`, caller && `by ${caller}`, Object.values(other).join(', ')]
    .filter(Boolean)
    .join(' ')
}

/** The first few addresses of each kind, for the person who investigates. */
function found({ lost, doubled, afterConfirmation, unacknowledged, unresolved }: Verdict): string[] {
  const few = 10
  const list = (title: string, items: string[]) =>
    items.length > 0 ? [`${title}: ${items.slice(0, few).join(', ')}${items.length > few ? ', …' : ''}`] : []
  return [
    ...list('Lost', lost),
    ...list('Doubled', doubled),
    ...list('After confirmation', afterConfirmation),
    ...list('Never acknowledged', unacknowledged),
    ...list(
      'Unresolved',
      unresolved.map(({ name, error, status }) => `${name} (${error || status})`),
    ),
  ]
}

function count(texts: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}
