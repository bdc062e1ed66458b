import type { HistoryEvent } from '../interpreter/run.ts'

/** The details that are data of the run; AWS says of some whether they are whole. Older data folders say it in the event. */
const data = ['input', 'inputDetails', 'output', 'outputDetails', 'parameters']
const truncatable = ['input', 'output', 'assignedVariables']

/** An event with what AWS says of its data, or without its data. */
export function shownEvent(event: HistoryEvent, withData: boolean): HistoryEvent {
  const members = Object.entries(event).map(([member, value]) =>
    member.endsWith('EventDetails') ? [member, shownDetails(value as object, withData)] : [member, value],
  )
  return Object.fromEntries(members)
}

function shownDetails(details: object, withData: boolean): object {
  const members = Object.entries(details).flatMap(([name, value]): [string, unknown][] => {
    if (!withData && data.includes(name)) return []
    if (value === undefined || !truncatable.includes(name)) return [[name, value]]
    return Object.entries({ [name]: value, [`${name}Details`]: { truncated: false } })
  })
  return Object.fromEntries(members)
}
