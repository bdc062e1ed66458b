import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { run } from './run.ts'
import { settings } from './settings.ts'

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
async function ran(outdir: string, stage: string) {
  const printed = { stdout: '', stderr: '' }
  const to = (stream: keyof typeof printed) => (line: string) => {
    printed[stream] += `${line}\n`
  }
  const output = { log: to('stdout'), error: to('stderr') }
  const status = await run({
    stage,
    settings: async () => settings,
    outdir: join(scratch, outdir),
    cwd: scratch,
    output,
  })
  return { status, ...printed }
}

test('it says what it wrote where, one line for each stage', async () => {
  const { stdout, status } = await ran('one', 'dev')
  expect(stdout).toBe('confirmation-reminder-dev: one/stacks/confirmation-reminder-dev/cdk.tf.json\n')
  expect(status).toBe(0)
  expect(readdirSync(join(scratch, 'one/stacks'))).toEqual(['confirmation-reminder-dev'])
})

test('what cannot be synthesised ends in one sentence and a failure', async () => {
  const { stderr, status } = await ran('none', 'staging')
  expect(stderr.trim()).toBe('There is no stage "staging": set STAGE to dev or prod, or leave it unset for all.')
  expect(status).toBe(1)
})
