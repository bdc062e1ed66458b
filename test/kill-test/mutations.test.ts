import { defects, harsh } from './defects.ts'
import { killTest } from './kill-test.ts'
import { discard, mutatedStack } from './mutation.ts'
import { report } from './report.ts'
import { nothing, wrongs } from './wrongs.ts'

// Ten seconds on an idle machine, and many times that beside other work.
const limitMs = 1_800_000

test(
  'the unchanged design survives these faults',
  async () => {
    const result = await killTest(harsh)
    expect({ ...wrongs(result), report: report(result) }).toEqual({ ...nothing, report: expect.any(String) })
  },
  limitMs,
)

test.each(defects)(
  'the test finds %s',
  async (_, mutations, wrong, settings) => {
    const stack = await mutatedStack(settings.deployment.stack, mutations)
    try {
      const found = wrongs(await killTest({ ...settings, deployment: { ...settings.deployment, stack } }))
      expect(wrong.filter((part) => found[part] === 0)).toEqual([])
    } finally {
      discard(stack)
    }
  },
  limitMs,
)
