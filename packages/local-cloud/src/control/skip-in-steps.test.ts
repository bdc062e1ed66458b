import fc from 'fast-check'
import { skipInSteps } from './skip-in-steps.ts'

test('the clock stops at everything that is due on the way, in order, and arrives where it should', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 1000 }),
      fc.array(fc.nat({ max: 1200 }), { maxLength: 20 }),
      async (seconds, dueSeconds) => {
        let now = 0
        const waiting = dueSeconds.map((due) => due * 1000)
        const late: number[] = []
        const clock = {
          now: () => now,
          get offsetMs() {
            return now
          },
          get nextStopMs() {
            return Math.min(...waiting)
          },
          skip: async (step: number) => {
            now += step * 1000
          },
        }
        const settled = async () => {
          for (const due of waiting.splice(0)) {
            if (due > now) waiting.push(due)
            else late.push(now - due)
          }
        }
        await skipInSteps(seconds, { clock, settled })
        expect(now).toBe(seconds * 1000)
        expect(waiting.every((due) => due > now)).toBe(true)
        expect(Math.max(0, ...late)).toBeLessThanOrEqual(1000)
      },
    ),
  )
})
