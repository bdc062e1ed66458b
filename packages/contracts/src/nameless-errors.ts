import type { BadEnding } from './failed-run.ts'

/** The name of the error for a run that ended without one. */
export const namelessErrors: Record<BadEnding, string> = {
  FAILED: 'UnnamedError',
  TIMED_OUT: 'States.Timeout',
  ABORTED: 'Aborted',
}
