import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { instrument } from './instrument.ts'

const root = join(import.meta.dirname, '../..')
const folders = process.argv.slice(2)
for (const folder of folders) {
  const own = join(root, '.local/mutants', folder.replace('/', '-'))
  mkdirSync(own, { recursive: true })
  const instrumented = join(own, 'instrumented.json')
  const verdicts = join(own, 'verdicts.json')
  const made = await instrument(root, folder)
  writeFileSync(instrumented, JSON.stringify(made))
  writeFileSync(verdicts, '[]')
  const { jest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [[pattern, [, swc]]] = Object.entries(jest.transform) as [[string, [string, object]]]
  const here = (name: string) => join(import.meta.dirname, name)
  const config = {
    rootDir: root,
    roots: [join(root, folder)],
    testEnvironment: 'node',
    testMatch: jest.testMatch,
    // They count the steps of code, and sources with mutants have more.
    testPathIgnorePatterns: ['work\\.test\\.ts$'],
    testRunner: here('runner.ts'),
    transform: { [pattern]: [here('transform.mjs'), { instrumented, swc }] },
    transformIgnorePatterns: jest.transformIgnorePatterns,
    globals: { mutants: { instrumented, verdicts } },
  }
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/jest/bin/jest.js'), '--runInBand', '--config', JSON.stringify(config)],
    { cwd: root, stdio: 'inherit' },
  )
  console.log(folder, status, made.mutants.length)
}
