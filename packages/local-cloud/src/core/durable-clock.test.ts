import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DurableClock } from './durable-clock.ts'
import { openStore } from './store.ts'

test('skips that come at once add up, and outlive the process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clock-'))
  const store = await openStore(folder)
  const clock = await DurableClock.open(store)
  const day = new Promise<void>((fired) => clock.at(Date.now() + 86_400_000, fired))
  await Promise.all([clock.skip(86_400), clock.skip(0.5), clock.skip(0)])
  await day
  clock.stop()
  await store.close()

  const again = await openStore(folder)
  const reopened = await DurableClock.open(again)
  expect(reopened.offsetMs).toBe(86_400_500)
  expect(reopened.now()).toBeGreaterThanOrEqual(Date.now() + 86_400_000)
  await again.close()
})
