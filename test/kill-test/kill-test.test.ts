import { stackOf } from '../synthesise.ts'
import { everyFault } from './faults.ts'
import { killTest } from './kill-test.ts'
import { report } from './report.ts'
import { nothing, wrongs } from './wrongs.ts'

// A minute on an idle machine, and many times that beside other work.
const limitMs = 1_800_000

test(
  'under every fault and repeated kills, no mail is lost or doubled, and none follows a confirmation',
  async () => {
    const result = await killTest({
      registrations: 200,
      seed: 1,
      stack: stackOf('dev'),
      faults: everyFault(),
      killEverySeconds: [4, 8],
    })
    expect({ ...wrongs(result), report: report(result) }).toEqual({ ...nothing, report: expect.any(String) })
    expect(result.kills).toBeGreaterThan(1)
    expect(result.faults.reduce((sum, { injected }) => sum + injected, 0)).toBeGreaterThan(100)
  },
  limitMs,
)
