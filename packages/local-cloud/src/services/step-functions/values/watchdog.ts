import { createContext, Script } from 'node:vm'

/** Several times as long as the slowest expression that its limits of steps and bytes allow. */
const longestMs = 10_000

const box: { work?: (() => unknown) | undefined } = createContext({})
const script = new Script('work()')

/** What was computed took so long that it was stopped. */
export class TooLong extends Error {}

/**
 * Computes what a definition asks for, and stops it after some seconds: a filter, a regular expression or a function may
 * take exponential time, and while it runs, the process does nothing else.
 * @throws TooLong, or what the work throws
 */
export function watched<T>(work: () => T, timeoutMs = longestMs): T {
  const outer = box.work
  box.work = work
  try {
    return script.runInContext(box, { timeout: timeoutMs }) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new TooLong()
    throw error
  } finally {
    box.work = outer
  }
}
