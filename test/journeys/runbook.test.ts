import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Documented, documentedCommands } from '../documented-commands.ts'
import { LocalCloud } from '../local-cloud.ts'
import synthesise, { stackOf } from '../synthesise.ts'

// The commands of the runbook, as they stand there, with the AWS CLI against the local cloud.

const awsIsHere = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0

const runbook = documentedCommands().filter(({ file, text }) => file === 'docs/runbook.md' && text.includes('\n'))
const locally = runbook.filter(({ text }) => !text.trimStart().startsWith('# On AWS only\n'))
const isBefore = ({ heading }: Documented) => heading === 'Before you begin'
const [local, common, ...more] = locally.filter(isBefore)

/** What a reader runs in one shell, each once: the queue of dead letters is found once for all that needs it. */
const blocks: { heading: string; commands: string }[] = []
for (const { heading, commands } of [...more, ...locally.filter((block) => !isBefore(block))]) {
  const goesOn = /\$DEAD_LETTERS\b/.test(commands) && !/\bDEAD_LETTERS=/.test(commands)
  const before = goesOn ? blocks.pop()?.commands : ''
  if (!blocks.some((block) => block.commands === commands)) blocks.push({ heading, commands: `${before}${commands}` })
}
const blockWith = (text: string) => blocks.find(({ commands }) => commands.includes(text))?.commands ?? ''

/** What is said where there is no run, and to what a reader must replace. */
const answers = [
  ['${RUN:?', 'RUN: is empty: there is no such run'],
  ['the-name-of-the-run', 'ExecutionDoesNotExist'],
  ['the-version-before', "Value 'the-version-before' at 'functionVersion' failed to satisfy constraint"],
] as const

let cloud: LocalCloud
let home: string
let prepare: string
if (awsIsHere) {
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'runbook-'))
    // With all that a stage may have.
    await synthesise(home, 'src/test/changed-settings.ts', { dev: { events: { webhook: 'http://localhost:9/' } } })
    cloud = await LocalCloud.start(stackOf('dev', home))
    expect(local?.commands).toContain('AWS_ENDPOINT_URL=http://127.0.0.1:4566')
    const toHere = local?.commands.replace('http://127.0.0.1:4566', cloud.cloudUrl)
    prepare = `${toHere}\n${common?.commands.replace('STAGE=prod', 'STAGE=dev')}`
    const found = shell('echo "$STATE_MACHINE_ARN"').stdout
    expect(found).toMatch(/^arn:aws:states:[\w-]+:\d+:stateMachine:confirmation-reminder\n$/)
    // Found once, not for each block.
    prepare = `${prepare.slice(0, prepare.indexOf('STATE_MACHINE_ARN='))}\nSTATE_MACHINE_ARN=${found}`
  })
  afterAll(async () => {
    await cloud.dispose()
    rmSync(home, { recursive: true })
  })

  test.each(blocks)('a command under $heading works, or says that there is no such run', ({ commands }) => {
    const { stdout, stderr } = shell(commands)
    const said = stderr.replace(/^.*: RUN: /, 'RUN: ').trim()
    const [, expected = ''] = answers.find(([text]) => commands.includes(text)) ?? []
    expect({ commands, said }).toEqual({ commands, said: expected && expect.stringContaining(expected) })
    expect(stdout).not.toMatch(/\bNone\b/)
  })

  test('a run that was stopped is found, and redriven', async () => {
    await cloud.register('ada@example.com')
    const list = 'aws stepfunctions list-executions --state-machine-arn "$STATE_MACHINE_ARN"'
    const { name } = JSON.parse(shell(`${list} --query 'executions[0]'`).stdout)
    expect(shell(blockWith('the-name-of-the-run').replace('the-name-of-the-run', name)).stderr).toBe('')
    const found = shell(`${blockWith('--status-filter ABORTED')}\n${blockWith('redrive-execution')}`)
    expect(found).toEqual({ stdout: expect.stringContaining('why it was stopped'), stderr: '' })
    expect(found.stdout).toContain(name)
    expect(shell(blockWith('executions[-1]')).stdout).toContain('ExecutionRedriven')
  })

  test('the log of a function shows what a pattern selects', async () => {
    const log = blockWith('?ERROR ?error')
    expect(log).toContain('-register"')
    expect(shell(log)).toEqual({ stdout: '', stderr: '' })
    const [line = '', ...rest] = shell(log.replace('?ERROR ?error', '{ $.status = 202 }')).stdout.trim().split(/\s*\n/)
    expect([JSON.parse(line), rest]).toEqual([expect.objectContaining({ function: 'register', status: 202 }), []])
  })
} else {
  test.todo('aws is not installed here: with it, the commands of docs/runbook.md are tried')
}

/** Runs commands after those with which the runbook begins. Our own programs are tested elsewhere. */
function shell(commands: string): { stdout: string; stderr: string } {
  const own = `npm() { :; }; sleep() { :; }`
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', [prepare, own, commands].join('\n')], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, NO_PROXY: '127.0.0.1' },
    encoding: 'utf8',
  })
  return { stdout, stderr }
}
