import { progressOn } from '@confirmation-reminder/cli/terminal/progress'
import { concurrently } from '../concurrently.ts'
import { LocalCloud } from '../local-cloud.ts'
import { registerUntilAccepted } from '../register-all.ts'
import type { Figure } from './figure.ts'
import { usedBy } from './process-of.ts'

const customers = 1_000
const inFlight = 16

/** What registrations and reminders cost, after as many to warm up. */
export async function* measureWork(): AsyncGenerator<Figure> {
  const cloud = await LocalCloud.start()
  try {
    await round(cloud, 'warm', customers / 5)
    const { registering, reminding } = await round(cloud, 'measured', customers)
    yield { what: 'a registration through the API', measured: `${registering} ms of CPU` }
    yield { what: 'a reminder by skipping', measured: `${reminding} ms of CPU` }
    const { megabytes, mostMegabytes } = usedBy(cloud.pid)
    yield {
      what: `memory after ${customers} registrations and reminders`,
      measured: `${megabytes} MB, at most ${mostMegabytes} MB`,
    }
  } finally {
    await cloud.dispose()
  }
}

/** Registers customers and skips to their reminders. Returns the milliseconds of CPU for each. */
async function round(cloud: LocalCloud, name: string, count: number) {
  const bar = progressOn(process.stderr)
  const before = usedBy(cloud.pid).cpuSeconds
  let done = 0
  await concurrently(
    Array.from({ length: count }, (_, n) => `${name}-${n}@example.com`),
    inFlight,
    async (email) => {
      await registerUntilAccepted(cloud, email)
      done += 1
      bar.show(`${done} of ${count} registrations`)
    },
  )
  bar.end()
  const between = usedBy(cloud.pid).cpuSeconds
  await cloud.skipDays(1)
  const after = usedBy(cloud.pid).cpuSeconds
  const each = (cpuSeconds: number) => ((cpuSeconds * 1000) / count).toFixed(1)
  return { registering: each(between - before), reminding: each(after - between) }
}
