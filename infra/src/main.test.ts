import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { run } from './run.ts'
import { type Settings, settings } from './settings.ts'
import { own } from './test/own.ts'

// A synthesis takes many seconds on a slow machine.
jest.setTimeout(240_000)

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'synth-')))
afterAll(() => rmSync(scratch, { recursive: true }))

/** Runs the app as `cdktf` does, from a folder and with variables of its own. */
function synth(outdir: string, { cwd = join(__dirname, '..'), ...variables }: Record<string, string>) {
  mkdirSync(join(scratch, outdir), { recursive: true })
  const env = { ...process.env, STAGE: '', CDKTF_OUTDIR: join(scratch, outdir), ...variables }
  const tsx = pathToFileURL(require.resolve('tsx')).href
  const { status, stdout } = spawnSync(process.execPath, ['--import', tsx, join(__dirname, 'main.ts')], {
    cwd,
    env,
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  return stdout
}

const filesIn = (outdir: string) =>
  readdirSync(join(scratch, outdir), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(join(scratch, outdir), join(parentPath, name)))
    .sort()

test('wherever and whenever it runs, the same bytes come out', () => {
  const printed = synth('here', { TZ: 'Asia/Tokyo' })
  expect(printed).toMatch(/^confirmation-reminder-dev: \S+\nconfirmation-reminder-prod: \S+\n$/)
  synth('a longer/place', { TZ: 'America/New_York', cwd: scratch, LANG: 'de_DE.UTF-8' })
  const files = filesIn('here')
  expect(files.filter((file) => /cdk\.tf\.json$|\.zip$/.test(file))).toHaveLength(
    2 + functionNames.length + 2 * functionNames.length,
  )
  expect(filesIn('a longer/place')).toEqual(files)
  for (const file of files) {
    const bytes = readFileSync(join(scratch, 'here', file))
    expect(readFileSync(join(scratch, 'a longer/place', file)).equals(bytes)).toBe(true)
    expect(bytes.includes(scratch)).toBe(false)
  }
})

/** Runs the app in this process. */
async function ran(outdir: string, stage: string, deploy = false, changes: Partial<Settings> = {}) {
  const printed = { stdout: '', stderr: '' }
  const to = (stream: keyof typeof printed) => (line: string) => {
    printed[stream] += `${line}\n`
  }
  const output = { log: to('stdout'), error: to('stderr') }
  const status = await run({
    stage,
    deploy,
    settings: async () => ({ dev: { ...settings.dev, ...changes }, prod: { ...settings.prod, ...changes } }),
    outdir: join(scratch, outdir),
    cwd: scratch,
    output,
  })
  return { status, ...printed }
}

const named = (stage: string) => [
  `settings.${stage}.sender is "Example `,
  `settings.${stage}.replyTo is "support@`,
  `settings.${stage}.slack.workspaceId is "T0EXAMPLE", an example: put the ID of the Slack workspace`,
  `settings.${stage}.slack.channelId is "C0EXAMPLE`,
  `settings.${stage}.runbookUrl is "https://github.com/example/`,
  `settings.${stage}.github.repository is "example/confirmation-reminder", an example: put owner/name`,
]

test('it says what it wrote where, one line for each stage, and which examples cannot be deployed', async () => {
  const { stdout, stderr, status } = await ran('one', 'dev')
  expect(stdout).toBe('confirmation-reminder-dev: one/stacks/confirmation-reminder-dev/cdk.tf.json\n')
  expect(status).toBe(0)
  expect(readdirSync(join(scratch, 'one/stacks'))).toEqual(['confirmation-reminder-dev'])
  expect(stderr).toContain('With these examples it runs locally, and cannot be deployed. In infra/src/settings.ts:\n')
  for (const sentence of named('dev')) expect(stderr).toContain(sentence)
  expect(stderr).not.toContain('settings.prod')
})

test('what cannot be synthesised ends in one sentence and a failure', async () => {
  const { stderr, status } = await ran('none', 'staging')
  expect(stderr.trim()).toBe('There is no stage "staging": set STAGE to dev or prod, or leave it unset for all.')
  expect(status).toBe(1)
})

test('for a deploy every example of every stage is refused at once, and nothing is written', async () => {
  const { stdout, stderr, status } = await ran('refused', '', true)
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 })
  expect(stderr).toContain('These examples cannot be deployed. In infra/src/settings.ts:\n')
  for (const sentence of [
    ...named('dev'),
    ...named('prod'),
    'settings.prod.publicUrl is',
    'settings.prod.formUrl is',
  ]) {
    expect(stderr).toContain(sentence)
  }
  expect(existsSync(join(scratch, 'refused'))).toBe(false)
})

test('with settings of its own a stage may be deployed, and nothing more is said', async () => {
  expect(await ran('own', 'dev', true, own)).toEqual({
    stdout: 'confirmation-reminder-dev: own/stacks/confirmation-reminder-dev/cdk.tf.json\n',
    stderr: '',
    status: 0,
  })
})
