import type { FailedRun } from './failed-run.ts'

/** The runs that are counted together: those of one error that ended within one quarter of an hour. */
export interface Window {
  error: string
  /** Milliseconds since 1970. */
  beganMs: number
}

// As long as a person needs to see a post and look into it; an error that continues for longer is worth another post.
const windowMs = 15 * 60 * 1000

/** The window of a run: by the end of the run, so that an event that arrives twice or late counts where it belongs. */
export function windowOf({ error, stoppedMs }: FailedRun): Window {
  return { error, beganMs: Math.floor(stoppedMs / windowMs) * windowMs }
}
