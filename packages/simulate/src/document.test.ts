import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withTables } from './document.ts'
import { filesOf } from './files.ts'
import { documented, findingsOf } from './findings.ts'

const root = join(__dirname, '../../..')

test('docs/scale.md and its pictures are what "npm run simulate -- --write" writes', () => {
  for (const [path, text] of Object.entries(filesOf(findingsOf(documented)))) {
    expect({ path, text: readFileSync(join(root, path), 'utf8') }).toEqual({ path, text })
  }
}, 120_000)

test('a table stands between its markers, and nothing else changes', () => {
  const text = 'before\n<!-- simulate:one -->\nold\n<!-- /simulate -->\nafter\n'
  const written = 'before\n<!-- simulate:one -->\n| new |\n<!-- /simulate -->\nafter\n'
  expect(withTables(text, { one: '| new |' })).toBe(written)
  expect(withTables(written, { one: '| new |' })).toBe(written)
  expect(() => withTables(text, {})).toThrow('simulate:one')
  expect(() => withTables(text, { one: '', two: '' })).toThrow('two')
})
