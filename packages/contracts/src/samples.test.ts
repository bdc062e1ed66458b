import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { examples } from './examples.ts'
import { functionNames, functions } from './functions.ts'
import { brokenPromises } from './released.ts'
import { isReleased, keepSample, readSamples, tamperedSamples } from './samples.ts'

const released = join(__dirname, '../samples')

describe('every payload that was ever released', () => {
  test.each(functionNames)('%s still takes them', (name) => {
    const samples = readSamples(released, name)
    expect(samples.length).toBeGreaterThan(0)
    expect(samples.flatMap((sample) => brokenPromises(name, functions[name].input, sample))).toEqual([])
  })

  test('is kept as it was', () => {
    expect(tamperedSamples(released)).toEqual([])
  })

  test.each(functionNames)('%s: today’s payload is among them; if not, run "npm run ship -- sample %s"', (name) => {
    expect(isReleased(released, name)).toBe(true)
  })
})

describe('the command', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'samples-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('keeps a payload once, under the version that has it', () => {
    expect(isReleased(folder, 'reminder')).toBe(false)
    expect(keepSample(folder, 'reminder', '1.2.3')).toBe('reminder/1.2.3.json')
    expect(readSamples(folder, 'reminder')).toEqual([{ version: '1.2.3', payload: examples.reminder }])
    expect(keepSample(folder, 'reminder', '1.3.0')).toBeUndefined()
    expect(tamperedSamples(folder)).toEqual([])
  })

  test('never overwrites what a version has released', () => {
    keepSample(folder, 'reminder', '1.2.3')
    writeFileSync(join(folder, 'reminder/1.2.3.json'), '{}')
    expect(() => keepSample(folder, 'reminder', '1.2.3')).toThrow('give packages/contracts a new version first')
  })

  test('what was edited, deleted or added by hand is named', () => {
    keepSample(folder, 'reminder', '1.2.3')
    keepSample(folder, 'confirm', '1.2.3')
    writeFileSync(join(folder, 'reminder/1.2.3.json'), '{}')
    writeFileSync(join(folder, 'reminder/2.0.0.json'), '{}')
    rmSync(join(folder, 'confirm/1.2.3.json'))
    expect(tamperedSamples(folder)).toEqual([
      expect.stringContaining('confirm/1.2.3.json was deleted'),
      expect.stringContaining('reminder/1.2.3.json was edited'),
      expect.stringContaining('reminder/2.0.0.json was not written by the command'),
    ])
  })

  test('samples come in the order of their versions', () => {
    keepSample(folder, 'reminder', '1.0.0')
    for (const version of ['0.10.0', '0.9.0']) writeFileSync(join(folder, `reminder/${version}.json`), '{}')
    expect(readSamples(folder, 'reminder').map(({ version }) => version)).toEqual(['0.9.0', '0.10.0', '1.0.0'])
  })
})
