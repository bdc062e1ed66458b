import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from '@swc/core'

// Its JavaScript, which is the same everywhere.
process.env.RECHECK_BACKEND = 'pure'
const { checkSync } = require('recheck') as typeof import('recheck')

const root = join(__dirname, '..')

/** The folders that read input from outside, in the product or in the local cloud. */
const folders = [
  'functions',
  ...['contracts', 'customers', 'handler', 'iam', 'local-cloud', 'mail', 'pages'].map((name) => `packages/${name}`),
]

/** Where a regular expression is put together: of constants alone, for a text that no stranger writes. */
const composed = { 'packages/local-cloud/src/terraform/template.ts': 'the Terraform JSON of this repository' }

interface Found {
  file: string
  pattern: string
  flags: string
}

/** The regular expressions of a source file, and whether it puts together others. */
function regularExpressionsIn(file: string, source: string): { literals: Found[]; composes: boolean } {
  const literals: Found[] = []
  let composes = false
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, pattern, flags, callee } = node as Record<string, unknown>
    if (type === 'RegExpLiteral') literals.push({ file, pattern: String(pattern), flags: String(flags) })
    const called = (callee as { value?: unknown } | undefined)?.value
    if ((type === 'NewExpression' || type === 'CallExpression') && called === 'RegExp') composes = true
    Object.values(node).forEach(visit)
  }
  visit(parseSync(source, { syntax: 'typescript', tsx: file.endsWith('x'), target: 'es2022' }))
  return { literals, composes }
}

/** What is wrong with it: the degree to which its work grows, and a text that shows it. Nothing, if it is linear. */
function fault({ file, pattern, flags }: Found): string[] {
  const checked = checkSync(pattern, flags, { timeout: 120_000 })
  if (checked.status === 'safe') return []
  const why =
    checked.status === 'vulnerable' ? `${checked.complexity.summary}, by ${checked.attack.pattern}` : 'unknown'
  return [`${file}: /${pattern}/${flags} is ${why}`]
}

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'test'].includes(entry.name)) return []
    return entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]
  })
const files = folders
  .flatMap(filesBelow)
  .filter((file) => /\.(tsx?|cjs)$/.test(file) && !/\.(test|d)\.tsx?$/.test(file))
const sources = files.map((file) => ({
  file,
  ...regularExpressionsIn(file, readFileSync(join(root, file), 'utf8')),
}))

test('no regular expression over what strangers send takes more than linear time', () => {
  const literals = sources.flatMap((source) => source.literals)
  expect(literals.length).toBeGreaterThan(50)
  const distinct = new Map(literals.map((one) => [`/${one.pattern}/${one.flags}`, one]))
  expect([...distinct.values()].flatMap(fault)).toEqual([])
})

test('regular expressions are written out, so that each can be checked', () => {
  expect(sources.filter(({ composes }) => composes).map(({ file }) => file)).toEqual(Object.keys(composed))
})

test.each([
  // What once read the body of a one-click unsubscribe: a megabyte took ten seconds.
  String.raw`/name="?List-Unsubscribe"?\s[\s\S]*?\r?\n\r?\nOne-Click\r?\n/i`,
  String.raw`/[^\s@]+@[^\s@]+/g`,
  String.raw`/\s+$/`,
  '/^(a+)+$/',
])('%s would be found', (literal) => {
  const { literals } = regularExpressionsIn('example.ts', `export const example = ${literal}`)
  expect(literals.flatMap(fault)).toEqual([expect.stringMatching(/polynomial|exponential/)])
})
