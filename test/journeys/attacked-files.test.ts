import { damagesTo, some, Victim } from '../attack/files.ts'
import { concurrently } from '../concurrently.ts'
import { Random } from '../kill-test/random.ts'

// `npm run attack -- files` does all of them, some hundreds.
const sample = 24

let victim: Victim
beforeAll(async () => {
  victim = await Victim.make()
})
afterAll(() => victim?.dispose())

test('a damaged data folder has kept everything, or is refused in one sentence and loses nothing', async () => {
  expect(await victim.suffer({ file: 'version', name: 'no damage', apply: () => {} })).toBe('kept')
  const random = new Random(1)
  const all = damagesTo(victim.data, random)
  expect(all.length).toBeGreaterThan(400)
  await concurrently(some(all, sample, random), 2, (damage) => victim.suffer(damage))
})
