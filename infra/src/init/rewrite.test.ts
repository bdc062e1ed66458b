import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from '@babel/parser'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import fc from 'fast-check'
import { pathsOf } from '../check-settings.ts'
import { settings as committed, type Settings } from '../settings.ts'
import { answered } from './answers.ts'
import { differencesAt, valueAt, withValueAt } from './paths.ts'
import { leftOut, questions } from './questions.ts'
import { rewriteSetting } from './rewrite.ts'
import { type AllSettings, formatted } from './settings-file.ts'
import { answersOf } from './test/answers-of.ts'

// Dozens of sources are transpiled, and some type-checked.
jest.setTimeout(240_000)

const root = join(__dirname, '..', '..', '..')
const source = readFileSync(join(__dirname, '..', 'settings.ts'), 'utf8')
const paths = pathsOf(committed.prod)

const scratch = mkdtempSync(join(tmpdir(), 'rewrite-'))
afterAll(() => rmSync(scratch, { recursive: true }))

let count = 0
/** The settings that a source has, loaded as a module. */
function loaded(text: string): AllSettings {
  const file = join(scratch, `settings-${count++}.ts`)
  writeFileSync(file, text)
  return require(file).settings
}

/** The comments of a source, in their order. */
const commentsOf = (text: string) =>
  parse(text, { sourceType: 'module', plugins: ['typescript'] }).comments?.map(({ value }) => value)

function rewritten(before: string, stage: Stage, from: Settings, to: Settings): string {
  return differencesAt(from, to, paths).reduce((text, path) => rewriteSetting(text, stage, path, to, paths), before)
}

/** The settings of a stage with answers that are accepted; others are passed over. */
function withAnswers(stage: Stage, settings: Settings, answers: Record<string, string>): Settings {
  return questions.reduce((changed, question) => {
    const answer = answers[question.path]
    const result = answer === undefined ? undefined : answered(stage, changed, question, answer)
    return result && 'settings' in result ? result.settings : changed
  }, settings)
}

test('for any accepted answers, the new source has exactly these, and everything else as before', async () => {
  const sources: string[] = []
  fc.assert(
    fc.property(fc.constantFrom(...stages), answersOf, (stage, answers) => {
      const after = { ...committed, [stage]: withAnswers(stage, committed[stage], answers) }
      const text = rewritten(source, stage, committed[stage], after[stage])
      const result = loaded(text)
      expect(result).toEqual(after)
      for (const { path } of questions) {
        const answer = answers[path]
        if (answer === undefined) expect(valueAt(result[stage], path)).toEqual(valueAt(committed[stage], path))
        else expect(String(valueAt(result[stage], path))).toBe(answer === leftOut ? 'undefined' : answer)
      }
      expect(commentsOf(text)).toEqual(commentsOf(source))
      // With the committed values again, what was added is gone.
      expect(loaded(rewritten(text, stage, after[stage], committed[stage]))).toEqual(committed)
      sources.push(text)
    }),
    { numRuns: 25 },
  )
  const folder = join(scratch, 'typed')
  mkdirSync(folder)
  symlinkSync(join(root, 'infra', 'node_modules'), join(folder, 'node_modules'))
  const kept = sources.slice(-20)
  for (const [index, text] of kept.entries()) writeFileSync(join(folder, `settings-${index}.ts`), text)
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { typeRoots: [join(root, 'node_modules', '@types')] },
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  expect([stdout, status]).toEqual(['', 0])
  // Biome changes nothing but the format, and what it formats once it leaves.
  const nice = await formatted(kept[0] ?? '', root)
  expect(loaded(nice)).toEqual(loaded(kept[0] ?? ''))
  expect(await formatted(nice, root)).toBe(nice)
})

test('only the value changes, in the format of the file', async () => {
  const dev = withAnswers('dev', committed.dev, { sender: "Tom's Shop <hello@ours.internal>", region: 'us-east-1' })
  const text = await formatted(rewritten(source, 'dev', committed.dev, dev), root)
  expect(text).toBe(
    source
      .replace("'Example dev <hello@dev.example.com>'", `"Tom's Shop <hello@ours.internal>"`)
      .replace("region: 'eu-west-1'", "region: 'us-east-1'"),
  )
})

test('a setting that was left out stands after the one before it; one that is left out takes its line with it', async () => {
  const prod = withAnswers('prod', committed.prod, { accountId: '271828182845', quietHours: leftOut })
  const text = await formatted(rewritten(source, 'prod', committed.prod, prod), root)
  const ofProd = source.indexOf('  prod: {')
  expect(text).toBe(
    source.slice(0, ofProd) +
      source
        .slice(ofProd)
        .replace("    region: 'eu-west-1',\n", "    region: 'eu-west-1',\n    accountId: '271828182845',\n")
        .replace(/ {4}quietHours: .*\n/, ''),
  )
})

/** A module with these settings of dev. */
const moduleWith = (dev: string, others = '') => `${others}
export const settings = { dev: ${dev}, prod: {} }
`
/** What the settings of dev are after a change at a path of them; and the source. */
function changed(before: string, path: string, value: unknown): [unknown, string] {
  const wanted = withValueAt(loaded(before).dev, path, value)
  const text = rewriteSetting(before, 'dev', path, wanted, ['a', 'b.c', 'b.d', 'e'])
  expect(loaded(text).dev).toEqual(wanted)
  return [loaded(text).dev, text]
}

test.each([
  ['an empty object', moduleWith('{}'), 'a', 1, '{a: 1,}'],
  [
    'a comment behind the comma',
    moduleWith('{ a: 1, // why\n e: 2 }'),
    'b.c',
    3,
    '{ a: 1, // why\nb: { "c": 3 },\n e: 2 }',
  ],
  ['a comment and no comma', moduleWith('{ a: 1 // why\n }'), 'e', 3, '{ a: 1, // why\ne: 3,\n }'],
  [
    'a comment before the comma',
    moduleWith('{ a: 1 /* , */, e: 2 }'),
    'b.c',
    3,
    '{ a: 1 /* , */,\nb: { "c": 3 }, e: 2 }',
  ],
  ['no setting before it', moduleWith('{ e: 2 }'), 'a', 1, '{\na: 1,\n e: 2 }'],
  ['a member of an object', moduleWith('{ b: { c: 1 } }'), 'b.d', 2, '{ b: { c: 1,\nd: 2, } }'],
  ['a name in quotes', moduleWith(`{ "a": 'x' as const }`), 'a', 'y', '{ "a": "y" }'],
  ['a shorthand', moduleWith('{ a, e: a }', 'const a = 1'), 'a', 2, '{ a: 2, e: a }'],
  ['an object of elsewhere', moduleWith('{ b }', 'const b = { c: 1, d: 2 }'), 'b.c', 3, '{ b: { "c": 3, "d": 2 } }'],
  ['what is spread', moduleWith('{ ...x, e: 2 }', 'const x = { a: 1 }'), 'a', 3, '{ ...x, e: 2,\na: 3, }'],
  ['what satisfies a type', moduleWith('{ a: 1 } satisfies object'), 'a', 20_000, '{ a: 20_000 } satisfies object'],
  ['a stage of elsewhere', moduleWith('ofDev', 'const ofDev = { a: 1 }'), 'a', 2, 'const ofDev = { a: 2 }'],
  ['a list', moduleWith('{ a: [1] }'), 'a', ['x', 2], '{ a: ["x", 2] }'],
  [
    'nothing: its line',
    moduleWith('{\n  // why\n  a: 1, // a\n  e: 2,\n}'),
    'e',
    undefined,
    '{\n  // why\n  a: 1, // a\n}',
  ],
  ['nothing: its place', moduleWith('{ a: 1, e: 2 }'), 'a', undefined, '{  e: 2 }'],
  ['nothing: with the object', moduleWith('{ b: { c: 1 }, e: 2 }'), 'b.c', undefined, '{  e: 2 }'],
  ['nothing: where nothing is', moduleWith('{ e: 2 }'), 'a', undefined, '{ e: 2 }'],
])('%s', (_, before, path, value, expected) => {
  expect(changed(before, path, value)[1]).toContain(expected)
})

test('settings that are no object literal are refused', () => {
  for (const text of [moduleWith('read()'), 'export const settings = read()', 'export const settings = { prod: {} }']) {
    expect(() => rewriteSetting(text, 'dev', 'a', { a: 1 }, ['a'])).toThrow('has no "dev: { … }" in its "settings"')
  }
})
