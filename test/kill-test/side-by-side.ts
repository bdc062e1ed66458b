import type { Verdict } from './audit.ts'
import { killTest, type Progress, type Result, type Settings } from './kill-test.ts'
import { largestSeed, Random } from './random.ts'

// A local cloud mostly waits for slow calls: eight of them use two processors.
const mostClouds = 8
// A local cloud without customers takes as much CPU as some dozen of them.
const fewestCustomers = 50

/**
 * Divides a kill test among several local clouds, each with its share of the customers and a seed of its own.
 *
 * Each meets the outages in another order, so that one works while another waits.
 */
export function divide(settings: Settings): Settings[] {
  const { registrations, seed, outages = [] } = settings
  const clouds = Math.min(mostClouds, Math.max(1, Math.floor(registrations / fewestCustomers)))
  const random = new Random(seed)
  const firstOf = (cloud: number) => Math.floor((cloud * registrations) / clouds)
  return Array.from({ length: clouds }, (_, cloud) => {
    const first = cloud % Math.max(1, outages.length)
    return {
      ...settings,
      registrations: firstOf(cloud + 1) - firstOf(cloud),
      firstNumber: firstOf(cloud),
      seed: random.whole(0, largestSeed),
      outages: [...outages.slice(first), ...outages.slice(0, first)],
    }
  })
}

/**
 * Does kill tests at the same time, each on a local cloud of its own.
 * @param progress is called now and then, with that of all tests together
 */
export async function sideBySide(
  all: readonly Settings[],
  progress: (progress: Progress) => void = () => {},
): Promise<Result[]> {
  const reached = new Map<number, Progress>()
  const tests = all.map((settings, n) =>
    killTest({
      ...settings,
      progress: (one) => {
        reached.set(n, one)
        const total = (key: keyof Progress) => [...reached.values()].reduce((sum, each) => sum + each[key], 0)
        progress({ answers: total('answers'), acts: total('acts'), kills: total('kills') })
      },
    }),
  )
  // Even if one throws: no process is left behind then.
  await Promise.allSettled(tests)
  return await Promise.all(tests)
}

/** What kill tests that were done at the same time have found. */
export function together(results: readonly Result[]): Result {
  const parts = Object.keys(results[0]?.verdict ?? {}) as (keyof Verdict)[]
  const verdict = Object.fromEntries(parts.map((part) => [part, results.flatMap((one) => [...one.verdict[part]])]))
  return {
    verdict: verdict as unknown as Verdict,
    customers: results.flatMap(({ customers }) => customers),
    mails: results.flatMap(({ mails }) => mails),
    kills: results.reduce((sum, { kills }) => sum + kills, 0),
    phases: results.flatMap(({ phases }) => phases),
    slackPosts: results.flatMap(({ slackPosts }) => slackPosts),
    seconds: Math.max(...results.map(({ seconds }) => seconds)),
    logs: results.flatMap(({ logs }) => logs),
  }
}
