import type { RunStatus } from '../../api.ts'

/** What a run's status is called, and how it looks. */
export const statuses: Readonly<Record<RunStatus, { label: string; tone: 'live' | 'good' | 'bad' | 'quiet' }>> = {
  RUNNING: { label: 'Running', tone: 'live' },
  SUCCEEDED: { label: 'Succeeded', tone: 'good' },
  FAILED: { label: 'Failed', tone: 'bad' },
  TIMED_OUT: { label: 'Timed out', tone: 'bad' },
  ABORTED: { label: 'Stopped', tone: 'quiet' },
}

/** The status of a run, in a word and a colour. */
export function Status({ status }: { status: RunStatus }) {
  const { label, tone } = statuses[status]
  return <span class={`status ${tone}`}>{label}</span>
}
