import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import fc from 'fast-check'
import { type Budget, check, tolerance, updated } from './budget.ts'
import { ours } from './rows.ts'

const budget: Budget = {
  bytes: { register: 300_000, confirm: 200_000 },
  instructions: { 20: { register: 4, confirm: 3 }, 24: { register: 5, confirm: 4 } },
}
const same = { bytes: budget.bytes, node: 20, instructions: budget.instructions[20] as Record<string, number> }

test('what costs as much as its budget is no fault, and not worth a word', () => {
  expect(check(budget, same)).toEqual({ faults: [], notes: [] })
})

test('a bundle that grew by more than the tolerance is a fault that says what grew, and by how much', () => {
  const { faults } = check(budget, { ...same, bytes: { ...budget.bytes, register: 312_000 } })
  expect(faults).toEqual(['register: 312000 bytes, and its budget is 300000 bytes: 4.0 % more bytes.'])
})

test('so are instructions, against the budget of this version of Node alone', () => {
  const instructions = { register: 4.2, confirm: 3 }
  expect(check(budget, { ...same, instructions }).faults).toEqual([
    'register: 4.200 empty handlers, and its budget is 4.000 empty handlers: 5.0 % more instructions.',
  ])
  expect(check(budget, { ...same, node: 24, instructions }).faults).toEqual([])
})

test('whatever was measured, the fault is there exactly if the cost is above the tolerance', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), (factor) => {
      const bytes = { ...budget.bytes, confirm: 200_000 * factor }
      const { faults, notes } = check(budget, { ...same, bytes })
      const change = bytes.confirm / 200_000 - 1
      expect(faults).toHaveLength(change > tolerance ? 1 : 0)
      expect(notes).toHaveLength(change < -tolerance ? 1 : 0)
    }),
  )
})

test('a cost that shrank is a note that asks to keep it, and no fault', () => {
  const { faults, notes } = check(budget, { ...same, bytes: { ...budget.bytes, register: 270_000 } })
  expect(faults).toEqual([])
  expect(notes).toEqual([expect.stringMatching(/^register: .*10\.0 % fewer bytes\. Keep it with --update\.$/)])
})

test('a function without a budget is a fault, and so is a budget without its function', () => {
  const { register = 0 } = budget.bytes
  expect(check(budget, { ...same, bytes: { register, sample: 1 } }).faults).toEqual([
    expect.stringMatching(/^confirm has a budget of bytes/),
    expect.stringMatching(/^sample has no budget of bytes/),
  ])
})

test('bytes are checked where instructions cannot be, which is said', () => {
  const bytes = { ...budget.bytes, register: 400_000 }
  const withoutValgrind = check(budget, { bytes, node: 20 })
  const onAnotherNode = check(budget, { ...same, bytes, node: 26 })
  expect(withoutValgrind.notes).toEqual([expect.stringContaining('no valgrind')])
  expect(onAnotherNode.notes).toEqual([expect.stringContaining('none for Node 26')])
  expect([withoutValgrind.faults.length, onAnotherNode.faults.length]).toEqual([1, 1])
})

test('an update passes its own check, and keeps what other versions of Node cost', () => {
  const found = { bytes: { register: 1, confirm: 2 }, node: 24, instructions: { register: 4.12345, confirm: 2 } }
  const after = updated(budget, found)
  expect(check(after, found)).toEqual({ faults: [], notes: [] })
  expect(after.instructions[20]).toEqual(budget.instructions[20])
  expect(updated(budget, { bytes: found.bytes, node: 24 })).toEqual({ ...budget, bytes: found.bytes })
})

test('the kept budget is about every function, and every row of ours on each Node that it has', () => {
  const kept: Budget = JSON.parse(readFileSync(join(__dirname, 'budget.json'), 'utf8'))
  expect(Object.keys(kept.bytes)).toEqual(functionNames)
  const names = ours.map(({ name }) => name)
  expect(Object.keys(kept.instructions).length).toBeGreaterThan(0)
  for (const costs of Object.values(kept.instructions)) expect(Object.keys(costs).sort()).toEqual([...names].sort())
})
