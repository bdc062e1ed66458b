import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const root = join(__dirname, '..')

/** The commands of package.json that run a file of ours. */
const programs = Object.entries<string>(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts).flatMap(
  ([name, script]) => {
    const [, loader = '', file] = /exec node (--import tsx|\S+run\.mjs) (\S+main\.ts)/.exec(script) ?? []
    return file === undefined ? [] : [{ name, file, command: [...loader.replace('../', '').split(' '), file] }]
  },
)

/** Those with options. Synth has none: infra reads the environment. */
const commands = programs.filter(({ name }) => name !== 'synth')

test('every command is checked', () => {
  expect(programs.map(({ name }) => name)).toContain('synth')
  expect(commands.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'init',
      'start',
      'ship',
      'customer',
      'announce',
      'redrive',
      'restore',
      'webhook',
      'plan-report',
      'prices',
      'kill-test',
      'attack',
      'cold-start',
      'bench',
    ]),
  )
})

// A command's options are read beside its main file.
test.each(commands)('the help of $name fits a screen of 24 lines and 80 columns', ({ file }) => {
  const { help } = require(join(root, file.replace(/main\.ts$/, 'options.ts'))) as { help: string }
  const lines = help.split('\n')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
  expect(lines.length).toBeLessThanOrEqual(24)
  expect(help).toMatch(/--help +show this/)
})

test.each(commands)('$name ends with 2 at an unknown option, and names the closest one', async ({ command }) => {
  const child = spawn(process.execPath, [...command, '--hepl'], { cwd: root })
  const [stderr, stdout, [code]] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'close')])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^[^\n]*Unknown option --hepl\. Did you mean --help\? [^\n]+\.\n$/)
})

test.each(programs)('$name survives that its reader goes', ({ file }) => {
  expect(readFileSync(join(root, file), 'utf8')).toMatch(/^surviveLostOutput\(/m)
})

/** Starts the help of a command, and returns how it ends. */
async function helpOf(name: string, stdout: 'closed' | number) {
  const { command = [] } = commands.find((one) => one.name === name) ?? {}
  const child = spawn(process.execPath, [...command, '--help'], {
    cwd: root,
    stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
  })
  child.stdout?.destroy()
  const [stderr, [code]] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'close')])
  return { code, stderr }
}

test.each(['ship', 'plan-report', 'start'])('%s ends quietly, as before "| head -n 1"', async (name) => {
  expect(await helpOf(name, 'closed')).toEqual({ code: 0, stderr: '' })
})

// Linux has a file that is always full.
if (existsSync('/dev/full')) {
  test.each([
    ['ship', 1],
    ['plan-report', 2],
  ])('%s reports once that its output does not fit on the disk, and exits with %i', async (name, code) => {
    expect(await helpOf(name, openSync('/dev/full', 'w'))).toEqual({
      code,
      stderr: expect.stringMatching(/^The output cannot be written, and is not complete: ENOSPC[^\n]*\n$/),
    })
  })
}
