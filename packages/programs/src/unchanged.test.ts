import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { recordMaking, root, unchanged } from './unchanged.mjs'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'unchanged-')))
  mkdirSync(join(folder, 'made'))
  write('source', 'one')
  write('made/result', 'ONE')
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
const record = () => join(folder, 'made/record.json')

/** Records that the result was made of the source, as if long after the source was written. */
function make(sinceMs = Date.now() + 60_000): void {
  recordMaking(record(), {
    inputs: [relative(root, join(folder, 'source'))],
    outputs: [join(folder, 'made/result')],
    sinceMs,
  })
}

test('what was made stays good while contents are the same, whatever the times say', () => {
  make()
  expect(Object.keys(unchanged(record())?.outputs ?? {})).toEqual(['result'])
  write('source', 'one')
  utimesSync(join(folder, 'source'), 1, 1)
  utimesSync(join(folder, 'made/result'), 1, 1)
  expect(unchanged(record())).toBeDefined()
})

test.each([
  ['an input has other content', () => write('source', 'two')],
  ['an input is gone', () => rmSync(join(folder, 'source'))],
  ['the result has other content', () => write('made/result', 'ONE!')],
  ['the result is gone', () => rmSync(join(folder, 'made/result'))],
  ['the record is gone', () => rmSync(record())],
  ['the record was cut off', () => write('made/record.json', '{"inputs":{')],
])('it is made again, if %s', (_, change) => {
  make()
  change()
  expect(unchanged(record())).toBeUndefined()
})

test('an input that was written while it was read is not taken for the one that was read', () => {
  make()
  make(Date.now() - 60_000)
  expect(unchanged(record())).toBeUndefined()
})
