import { needsStacks } from './synthesise.ts'

test.each([
  [['functions/reminder']],
  [['functions/reminder', 'packages/contracts/src/payload']],
  [['infra/src/stack']],
])('%j is tested without building what it is not about', (patterns) => {
  expect(needsStacks(patterns)).toBe(false)
})

test.each([[[]], [['test/journeys']], [['ship']], [['functions/reminder', 'test/borders']]])(
  '%j may meet a test that runs a stack',
  (patterns) => {
    expect(needsStacks(patterns)).toBe(true)
  },
)
