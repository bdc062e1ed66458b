import { killUnderLoad } from '../attack/kills.ts'
import { Random } from '../kill-test/random.ts'
import { LocalCloud } from '../local-cloud.ts'
import { registerAll } from '../register-all.ts'

let cloud: LocalCloud

beforeAll(async () => {
  cloud = await LocalCloud.start()
})
afterAll(() => cloud?.dispose())

const customers = Array.from({ length: 500 }, (_, n) => `customer-${n}@example.com`)

test('kill -9 while 500 runs wait: after the restart each customer gets the reminder, once', async () => {
  await registerAll(cloud, customers)
  await cloud.kill()
  await cloud.start()
  await cloud.skipDays(1)
  const counts = new Map<string, number>()
  for (const { to } of await cloud.mails())
    for (const address of to) counts.set(address, (counts.get(address) ?? 0) + 1)
  expect([...counts.keys()].sort()).toEqual([...customers].sort())
  expect(new Set(counts.values())).toEqual(new Set([2]))
})

test('after a kill the clock is where it was skipped to', async () => {
  const before = await cloud.skip(1)
  await cloud.kill()
  await cloud.start()
  expect((await cloud.skip(0)).offsetSeconds).toBe(before.offsetSeconds)
})

// `npm run attack -- kills` kills thirty times.
test('kill -9 amid writes of every kind, twice: everything that was acknowledged is kept', async () => {
  const loaded = await LocalCloud.start()
  try {
    const acknowledged = await killUnderLoad(loaded, { kills: 2, random: new Random(1) })
    for (const ids of Object.values(acknowledged)) expect(ids.length).toBeGreaterThan(0)
  } finally {
    await loaded.dispose()
  }
})
