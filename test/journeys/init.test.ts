import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stackName } from '@confirmation-reminder/contracts/names'

// `npm run init` as a person and as a script run it, in a copy of the checkout, until both stages can be deployed.

const root = join(__dirname, '..', '..')
const committed = readFileSync(join(root, 'infra', 'src', 'settings.ts'), 'utf8')

/** A copy of the checkout, as far as stages are synthesised from it. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'init-journey-'))
  for (const file of ['package.json', 'biome.json', '.gitignore', 'tsconfig.base.json', 'tsconfig.json']) {
    cpSync(join(root, file), join(folder, file))
  }
  mkdirSync(join(folder, 'docs'))
  cpSync(join(root, 'docs', 'deploy.md'), join(folder, 'docs', 'deploy.md'))
  cpSync(join(root, 'infra', 'src'), join(folder, 'infra', 'src'), { recursive: true })
  cpSync(join(root, 'infra', 'package.json'), join(folder, 'infra', 'package.json'))
  for (const path of ['node_modules', 'infra/node_modules']) symlinkSync(join(root, path), join(folder, path))
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder })
  git('init', '--quiet')
  git('remote', 'add', 'origin', 'git@github.com:ours/reminder.git')
  return folder
}

let folder: string
beforeEach(() => {
  folder = checkout()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const settings = () => readFileSync(join(folder, 'infra', 'src', 'settings.ts'), 'utf8')
/** Files that a run that was killed left. */
const leftovers = () => readdirSync(join(folder, 'infra', 'src')).filter((name) => name.startsWith('.'))

const program = ['--import', 'tsx', 'infra/src/init/main.ts']
const command = (...args: string[]) =>
  spawnSync(process.execPath, [...program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** What util-linux calls `script`: it gives a command a terminal. */
const hasTerminals = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false

/** The command at a terminal. Answers the questions in their order, as soon as each is asked. */
async function atTerminal(answers: string[]): Promise<{ code: number | null; shown: string }> {
  const line = [process.execPath, ...program].map((word) => `'${word}'`).join(' ')
  const { PATH, HOME } = process.env
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: folder,
    // Nothing else: `CI`, `NO_COLOR` and `FORCE_COLOR` decide about colours too.
    env: { PATH, HOME, TERM: 'xterm-256color' },
  })
  let shown = ''
  let read = 0
  const left = [...answers]
  child.stdout.on('data', (chunk) => {
    shown += chunk
    // A prompt ends with the place of the cursor.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals use them
    const prompt = /(> |\] )\x1b\[\d+G$/.exec(shown.slice(read))
    if (!prompt) return
    read = shown.length
    child.stdin.write(left.shift() ?? '\x03')
  })
  const [code] = await once(child, 'close')
  expect(left).toEqual([])
  return { code, shown }
}

const ofDev = ['Ours dev', '', '', 'Ours Ltd, 1 Our Street, Dublin', 'https://ours.internal/privacy', '']
const answers = [
  ...['', '', '271828182845', ...ofDev],
  ...['hello', 'Ours <hello@dev.ours.internal>', '', '', '', 'T0123OURS', 'C0123OURS', 'the team of Ours', '', '300'],
]
const asOptions = (stage: string, more: Record<string, string> = {}) =>
  Object.entries({
    stage,
    'brand-name': 'Ours',
    'postal-address': 'Ours Ltd, 1 Our Street, Dublin',
    'privacy-url': 'https://ours.internal/privacy',
    'support-url': 'none',
    sender: "Tom's Shop <hello@ours.internal>",
    'reply-to': 'support@ours.internal',
    'public-url': 'https://signup.ours.internal',
    'form-url': 'none',
    repository: 'ours/reminder',
    'runbook-url': 'https://github.com/ours/reminder/blob/main/docs/runbook.md',
    'slack-workspace': 'T0123OURS',
    'slack-channel': 'C0123OURS',
    ...more,
  }).map(([name, value]) => `--${name}=${value}`)

/** Synthesises as `cdktf deploy` does. */
const synthesised = () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'src/main.ts', '--deploy'], {
    cwd: join(folder, 'infra'),
    env: { ...process.env, STAGE: '', SETTINGS: undefined, CDKTF_OUTDIR: join(folder, 'out') },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
const stack = (stage: 'dev' | 'prod') =>
  readFileSync(join(folder, 'out', 'stacks', stackName(stage), 'cdk.tf.json'), 'utf8')

test('a person answers for dev, a script for prod, and both can be deployed: no example is left', async () => {
  expect(synthesised()).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('These examples cannot be deployed'),
  })

  if (hasTerminals) {
    const { code, shown } = await atTerminal([...answers, ''].map((answer) => `${answer}\r`))
    expect([code, shown]).toEqual([0, expect.stringContaining('Write it? [yes]')])
    // A wrong answer is refused at once, in colour, with the sentence of synthesis.
    expect(shown).toContain('\x1b[33msettings.dev.sender is "hello": put the mailbox that mails come from')
    expect(shown).toContain('settings.prod.sender is "Example <hello@example.com>", an example: put the mailbox')
    expect(shown).toContain('Option: --stage prod --sender')
  } else {
    const more = {
      account: '271828182845',
      sender: 'Ours <hello@dev.ours.internal>',
      'public-url': 'none',
      owner: 'the team of Ours',
    }
    expect(command(...asOptions('dev', more), '--yes')).toMatchObject({ status: 0, stderr: '' })
  }
  expect(settings()).toContain("sender: 'Ours <hello@dev.ours.internal>',")

  const prod = command(...asOptions('prod', { account: '314159265358' }), '--yes')
  expect(prod).toMatchObject({ status: 0, stderr: '' })
  expect(prod.stdout).not.toContain('\x1b')
  expect(prod.stdout).not.toContain('These examples remain')

  expect(synthesised()).toMatchObject({ status: 0, stderr: '' })
  expect(JSON.parse(stack('dev')).provider.aws[0].allowed_account_ids).toEqual(['271828182845'])
  expect(JSON.parse(stack('prod')).provider.aws[0].allowed_account_ids).toEqual(['314159265358'])
  for (const stage of ['dev', 'prod'] as const) {
    expect(stack(stage)).not.toMatch(/example\.(com|net|org)|[TC]0EXAMPLE|example\/confirmation-reminder/i)
  }
  expect(stack('prod')).toContain("Tom's Shop <hello@ours.internal>")

  // Nothing that it did not ask for is another, and Biome has nothing to correct.
  const comments = (text: string) => text.match(/^ *\/\/.*$/gm)
  expect(comments(settings())).toEqual(comments(committed))
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  const checked = spawnSync(process.execPath, [biome, 'ci', 'infra/src/settings.ts'], { cwd: folder, encoding: 'utf8' })
  expect(checked).toMatchObject({ status: 0 })
  expect(leftovers()).toEqual([])
})

if (hasTerminals) {
  test.each([0, 4, answers.length])('Ctrl-C after %i answers is one sentence, and changes nothing', async (count) => {
    const { code, shown } = await atTerminal(answers.slice(0, count).map((answer) => `${answer}\r`))
    expect(code).toBe(130)
    expect(shown).toMatch(/\r\nInterrupted\. Nothing was changed\.\r\n$/)
    expect(settings()).toBe(committed)
  })

  test('the end of the input at a question is one sentence, and changes nothing', async () => {
    const { code, shown } = await atTerminal(['\x04'])
    expect([code, shown]).toEqual([1, expect.stringMatching(/\r\nThe input has ended\. Nothing was changed\.\r\n$/)])
    expect(settings()).toBe(committed)
  })
}

test('a reader of its output that goes ends it with one sentence, and changes nothing', async () => {
  const child = spawn(process.execPath, [...program, ...asOptions('prod'), '--yes'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const [code] = await once(child, 'close')
  expect([code, errors]).toEqual([1, 'The output is closed. Nothing was changed.\n'])
  expect(settings()).toBe(committed)
})

test('options that are missing without a terminal are named, with the exit code of a wrong command line', () => {
  const { status, stdout, stderr } = command('--stage', 'dev', '--yes')
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^Missing --brand-name: it takes .*\n(Missing --.*\n)+$/)
  expect(settings()).toBe(committed)
})

test('a kill leaves the previous file or the new one, and the next run goes on from there', async () => {
  const run = (): ChildProcess & { stdout: NodeJS.ReadableStream } =>
    spawn(process.execPath, [...program, ...asOptions('prod'), '--yes'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    }) as ChildProcess & { stdout: NodeJS.ReadableStream }
  const copy = join(folder, 'infra', 'src', 'settings.ts')
  await once(run(), 'close')
  const after = settings()
  expect(after).not.toBe(committed)
  for (const delayMs of [0, 100, 200, 400, 800]) {
    writeFileSync(copy, committed)
    const child = run()
    const closed = once(child, 'close')
    // Its first output is that of the changes, before it formats and writes.
    await Promise.race([once(child.stdout, 'data'), closed])
    await Promise.race([new Promise((resolve) => setTimeout(resolve, delayMs)), closed])
    child.kill('SIGKILL')
    await closed
    expect([committed, after]).toContain(settings())
  }
  await once(run(), 'close')
  expect(settings()).toBe(after)
})
