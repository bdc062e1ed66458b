import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CustomerEvent } from '@confirmation-reminder/contracts/customer-event'
import { examples, type Released } from '@confirmation-reminder/contracts/examples'
import { functionNames, functions } from '@confirmation-reminder/contracts/functions'
import { type GenericSchema, is } from 'valibot'
import { breakingChanges } from './compatibility.ts'
import { keepSamples, readSamples, tamperedSamples, unreleased } from './samples.ts'
import { uncovered } from './test/sample-coverage.ts'

const released = join(__dirname, '../../../contracts/samples')

const contracts: [Released, GenericSchema][] = [
  ...functionNames.map((name): [Released, GenericSchema] => [name, functions[name].input]),
  ['events', CustomerEvent],
]

describe('every payload that was ever released', () => {
  test.each(contracts)('%s still takes them', (name, contract) => {
    const samples = readSamples(released, name)
    expect(samples.length).toBeGreaterThan(0)
    expect(samples.flatMap((sample) => breakingChanges(name, contract, sample))).toEqual([])
  })

  test('is kept as it was', () => {
    expect(tamperedSamples(released)).toEqual([])
  })

  test.each(contracts)('%s: today’s payloads are among them; if not, run "npm run ship -- sample" for it', (name) => {
    expect(unreleased(released, name)).toEqual([])
  })

  test.each(functionNames)('%s: they show all of the contract; if not, add to examples.ts what is missing', (name) => {
    const payloads = readSamples(released, name).map(({ payload }) => payload)
    expect(uncovered(functions[name].input, payloads)).toEqual([])
  })

  test.each(CustomerEvent.options)(
    'they show all of each event; if not, add to examples.ts what is missing',
    (event) => {
      const payloads = readSamples(released, 'events').map(({ payload }) => payload)
      const ofThisKind = payloads.filter((payload) => is(event, payload))
      expect(uncovered(event, ofThisKind)).toEqual([])
    },
  )

  test('an event still says what it has ever said, because consumers read it', () => {
    const lost = readSamples(released, 'events').flatMap(({ version, payload }) => {
      const today = examples.events[version.replace(/^[\d.]+-/, '')]
      return fieldsOf(payload).flatMap((field) => (fieldsOf(today).includes(field) ? [] : [`${version}: ${field}`]))
    })
    expect(lost).toEqual([])
  })
})

/** The paths of all fields of a value. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, `${path}.${name}`))
}

describe('the command', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'samples-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('keeps each payload once, under the version that has it', () => {
    const names = Object.keys(examples.reminder)
    expect(unreleased(folder, 'reminder')).toEqual(names)
    expect(keepSamples(folder, 'reminder', '1.2.3')).toEqual(names.map((name) => `reminder/1.2.3-${name}.json`))
    expect(readSamples(folder, 'reminder')).toContainEqual({ version: '1.2.3-bare', payload: examples.reminder.bare })
    expect(unreleased(folder, 'reminder')).toEqual([])
    expect(keepSamples(folder, 'reminder', '1.3.0')).toEqual([])
    expect(tamperedSamples(folder)).toEqual([])
  })

  test('adds nothing to what a version has released', () => {
    keepSamples(folder, 'reminder', '1.2.3')
    writeFileSync(join(folder, 'reminder/1.2.3-last.json'), '{}')
    rmSync(join(folder, 'reminder/1.2.3-bare.json'))
    expect(() => keepSamples(folder, 'reminder', '1.2.3')).toThrow('give packages/contracts a new version')
    expect(unreleased(folder, 'reminder')).toEqual(['bare', 'last'])
  })

  test('what was edited, deleted or added by hand is named', () => {
    keepSamples(folder, 'reminder', '1.2.3')
    keepSamples(folder, 'confirm', '1.2.3')
    writeFileSync(join(folder, 'reminder/1.2.3-bare.json'), '{}')
    writeFileSync(join(folder, 'reminder/2.0.0.json'), '{}')
    rmSync(join(folder, 'confirm/1.2.3-link.json'))
    expect(tamperedSamples(folder)).toEqual([
      expect.stringContaining('confirm/1.2.3-link.json was deleted'),
      expect.stringContaining('reminder/1.2.3-bare.json was edited'),
      expect.stringContaining('reminder/2.0.0.json was not written by the command'),
    ])
  })

  test('samples come in the order of their versions', () => {
    keepSamples(folder, 'withdraw', '1.0.0')
    for (const version of ['0.10.0', '0.9.0']) writeFileSync(join(folder, `withdraw/${version}.json`), '{}')
    expect(readSamples(folder, 'withdraw').map(({ version }) => version)).toEqual(['0.9.0', '0.10.0', '1.0.0-link'])
  })
})
