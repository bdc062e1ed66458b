import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

// Runs programs of a small checkout of its own.

let checkout: string
beforeEach(() => {
  checkout = realpathSync(mkdtempSync(join(tmpdir(), 'programs-')))
  for (const file of readdirSync(__dirname)) if (file.endsWith('.mjs')) copy(`packages/programs/src/${file}`)
  for (const file of ['tsconfig.json', 'tsconfig.base.json']) copy(file)
  write('package.json', '{"type":"module"}')
  write('pnpm-lock.yaml', 'one')
  mkdirSync(join(checkout, 'node_modules'))
  symlinkSync(dirname(require.resolve('esbuild/package.json')), join(checkout, 'node_modules/esbuild'))
  write('app/greeting.ts', `export const greeting: string = 'hello'`)
  write(
    'app/main.ts',
    `import { basename } from 'node:path'
     import { greeting } from './greeting.ts'
     class OwnError extends Error {}
     console.log(greeting, basename(import.meta.url), new OwnError().constructor.name, ...process.argv.slice(2))
     process.exitCode = 3`,
  )
})
afterEach(() => rmSync(checkout, { recursive: true }))

const root = join(__dirname, '../../..')
const copy = (file: string) => cpSync(join(root, file), join(checkout, file))

function write(file: string, text: string): void {
  mkdirSync(dirname(join(checkout, file)), { recursive: true })
  writeFileSync(join(checkout, file), text)
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['packages/programs/src/run.mjs', ...args], {
    cwd: checkout,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const said = (greeting: string) => ({ status: 3, stdout: `${greeting} main.ts OwnError -a b\n`, stderr: '' })
const bundle = () => join(checkout, 'node_modules/.cache/programs/app-main.ts.cjs')

test('a program has its arguments and its exit code, the names of its classes, and the addresses of its sources', () => {
  expect(run('app/main.ts', '-a', 'b')).toEqual(said('hello'))
})

test('it is bundled once, and again after a change of what it imports', () => {
  run('app/main.ts')
  const { mtimeMs } = statSync(bundle())
  expect(run('app/main.ts', '-a', 'b')).toEqual(said('hello'))
  expect(statSync(bundle()).mtimeMs).toBe(mtimeMs)
  write('app/greeting.ts', `export const greeting = 'good day'`)
  expect(run('app/main.ts', '-a', 'b')).toEqual(said('good day'))
})

test('it is bundled again, if an import means another file, or other libraries are installed', () => {
  const imports = (file: string) =>
    write('package.json', `{"type":"module","imports":{"#greeting":"./app/${file}.ts"}}`)
  write('app/farewell.ts', `export const greeting = 'goodbye'`)
  write('app/main.ts', readFileSync(join(checkout, 'app/main.ts'), 'utf8').replace('./greeting.ts', '#greeting'))
  imports('greeting')
  expect(run('app/main.ts', '-a', 'b')).toEqual(said('hello'))
  imports('farewell')
  expect(run('app/main.ts', '-a', 'b')).toEqual(said('goodbye'))
  const { mtimeMs } = statSync(bundle())
  write('pnpm-lock.yaml', 'two')
  run('app/main.ts')
  expect(statSync(bundle()).mtimeMs).toBeGreaterThan(mtimeMs)
})

test('a damaged bundle is replaced', () => {
  run('app/main.ts')
  writeFileSync(bundle(), 'console.log(')
  expect(run('app/main.ts', '-a', 'b')).toEqual(said('hello'))
})

test('what cannot be bundled is named, with its place, and the program before it does not run', () => {
  run('app/main.ts')
  write('app/greeting.ts', 'export const greeting: = 1')
  const { status, stdout, stderr } = run('app/main.ts')
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/^app\/main\.ts cannot be bundled\. Fix this and try again:\n[\s\S]*app\/greeting\.ts:1:23/)
})

test('a file that is not there is named', () => {
  expect(run('app/man.ts')).toEqual({ status: 1, stdout: '', stderr: 'There is no file app/man.ts.\n' })
})

test('a program can start another', () => {
  write(
    'app/outer.ts',
    `import { programOf } from '../packages/programs/src/program.mjs'
     import { spawnSync } from 'node:child_process'
     programOf('app/main.ts').then((inner) => spawnSync(process.execPath, [inner, '-a', 'b'], { stdio: 'inherit' }))`,
  )
  expect(run('app/outer.ts')).toEqual({ ...said('hello'), status: 0 })
})
