import fc from 'fast-check'
import { LogReader, levelOf, type StoredLine } from './log-reader.ts'

const functionNames = ['register', 'confirm', 'reminder']

/** A log whose line `n` was written by the given function. */
function logOf(writers: string[], line = (n: number) => `line ${n}`) {
  const lines = new Map<string, StoredLine[]>(functionNames.map((name) => [name, []]))
  writers.forEach((name, n) => {
    lines.get(name)?.push({ key: String(n).padStart(6, '0'), atMs: n * 1000, line: line(n) })
  })
  return new LogReader(
    {
      latest: async (name, { before, limit }) =>
        (lines.get(name) ?? [])
          .filter(({ key }) => before === undefined || key < before)
          .reverse()
          .slice(0, limit),
      after: async (name, { key, limit }) => (lines.get(name) ?? []).filter((one) => one.key > key).slice(0, limit),
    },
    () => functionNames,
  )
}

/** All pages, one after the other. */
async function all(reader: LogReader, filter = {}, limit = 50): Promise<string[]> {
  const found: string[] = []
  let after: string | undefined
  do {
    const { rows, next } = await reader.page(filter, { after, limit })
    found.push(...rows.map(({ line }) => line))
    after = next
  } while (after !== undefined)
  return found
}

test('the lines of all functions are one list, newest first, in which each stands once', async () => {
  const writers = fc.array(fc.constantFrom(...functionNames), { maxLength: 900 })
  await fc.assert(
    fc.asyncProperty(writers, fc.integer({ min: 1, max: 300 }), async (names, limit) => {
      const expected = names.map((_, n) => `line ${n}`).reverse()
      expect(await all(logOf(names), {}, limit)).toEqual(expected)
    }),
    { numRuns: 30 },
  )
})

test('a filter selects a function, parts of the line, and a level', async () => {
  const level = (n: number) => (n % 2 ? 'error' : 'info')
  const reader = logOf(
    Array.from({ length: 600 }, (_, n) => functionNames[n % 3] ?? ''),
    (n) => JSON.stringify({ level: level(n), traceId: `t${n % 100}` }),
  )
  expect(await all(reader, { function: 'confirm' })).toHaveLength(200)
  expect(await all(reader, { text: ['"t7"'] })).toHaveLength(6)
  expect(await all(reader, { text: ['"t7"', 'info'] })).toEqual([])
  expect(await all(reader, { level: 'error', function: 'register' })).toHaveLength(100)
})

test('a filter that finds little says how far it looked, and continues there', async () => {
  const reader = logOf(
    Array.from({ length: 12_000 }, () => 'confirm'),
    (n) => (n === 3 ? 'wanted' : 'other'),
  )
  const first = await reader.page({ text: ['wanted'] }, { limit: 50 })
  expect(first.rows).toEqual([])
  expect(first.next).toBeDefined()
  expect(Date.parse(first.lookedBackTo ?? '')).toBeLessThan(12_000_000)
  expect(await all(reader, { text: ['wanted'] })).toEqual(['wanted'])
})

test('what came since a line is all that is newer', async () => {
  const reader = logOf(['register', 'confirm', 'register', 'reminder'])
  const { rows } = await reader.since({}, { key: '000001', limit: 10 })
  expect(rows.map(({ line, function: name }) => `${name} ${line}`)).toEqual(['reminder line 3', 'register line 2'])
  expect((await reader.since({}, { key: '000003', limit: 10 })).rows).toEqual([])
})

test.each([
  ['{"level":"error","message":"fails: x"}', 'error'],
  ['{"level":"info","message":"ends","error":"Error: none"}', 'info'],
  ['0b1 Error: Task timed out after 3.00 seconds', 'error'],
  ['TypeError: x is not a function', 'error'],
  ['hello', 'info'],
])('%s has the level %s', (line, level) => {
  expect(levelOf(line)).toBe(level)
})
