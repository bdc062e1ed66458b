import { mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepByContent } from './kept.ts'

const parent = mkdtempSync(join(tmpdir(), 'kept-'))

/** A folder with this text in a file of it. */
function built(text: string, file = 'a.cjs'): string {
  const partial = mkdtempSync(join(parent, 'partial-'))
  mkdirSync(join(partial, 'inner'))
  writeFileSync(join(partial, 'inner', file), text)
  return partial
}

test('equal content has one folder, which a later run does not change; other content has another', () => {
  const first = keepByContent(built('one'))
  expect(keepByContent(built('one'))).toBe(first)
  expect(keepByContent(built('two'))).not.toBe(first)
  expect(keepByContent(built('one', 'b.cjs'))).not.toBe(first)
  expect(readFileSync(join(first, 'inner', 'a.cjs'), 'utf8')).toBe('one')
  expect(readdirSync(parent)).toHaveLength(3)
})

test('what no run has used for a day is deleted, and what is used again stays', () => {
  const [unused, used] = [keepByContent(built('three')), keepByContent(built('four'))]
  const yesterday = Date.now() / 1000 - 86_500
  for (const folder of [unused, used]) utimesSync(folder, yesterday, yesterday)
  expect(keepByContent(built('four'))).toBe(used)
  expect(readdirSync(parent)).not.toContain(unused.slice(parent.length + 1))
  expect(readFileSync(join(used, 'inner', 'a.cjs'), 'utf8')).toBe('four')
})
