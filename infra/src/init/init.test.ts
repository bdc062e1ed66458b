import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Refusal } from '@confirmation-reminder/cli/terminal/refusal'
import { stages } from '@confirmation-reminder/contracts/stages'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { checkSettings, examplesOf, pathsOf } from '../check-settings.ts'
import { examplesIn } from '../examples.ts'
import { settings as committed } from '../settings.ts'
import { init } from './init.ts'
import { help, readOptions } from './options.ts'
import { withValueAt } from './paths.ts'
import { questions, repositoryOf } from './questions.ts'
import { styleOf } from './style.ts'

// One test holds many conversations, which take seconds on a slow machine.
jest.setTimeout(240_000)

const source = readFileSync(join(__dirname, '..', 'settings.ts'), 'utf8')
const document = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'deploy.md'), 'utf8')

const scratch = mkdtempSync(join(tmpdir(), 'init-loaded-'))
afterAll(() => rmSync(scratch, { recursive: true }))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'))
  writeFileSync(join(folder, 'settings.ts'), source)
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = () => join(folder, 'settings.ts')
const written = () => readFileSync(file(), 'utf8')
let copies = 0
/** The settings that a file has now: Jest loads a module once. */
function loaded(from: string): typeof committed {
  const copy = join(scratch, `${copies++}.ts`)
  copyFileSync(from, copy)
  return require(copy).settings
}
/** The settings that are in the file now. */
const settings = () => loaded(file())

interface Conversation {
  /** What a person types, line by line. Left out: there is no terminal. */
  typed?: string[]
  repository?: string
  signal?: AbortSignal
  /** Called before each question. */
  before?: (prompt: string) => void
  print?: (text: string) => Promise<void>
}

/** Runs the command with these arguments. Returns its exit code, or its error, and what it printed. */
async function ran(args: string[], { typed, repository, signal, before, print }: Conversation = {}) {
  const printed: string[] = []
  const lines = [...(typed ?? [])]
  const options = readOptions(args)
  if (options === 'help') throw new Error('This is no help.')
  const code = await init({
    ...{ options, file: file(), document, repository },
    load: async (module) => loaded(module),
    format: async (text) => text,
    terminal: typed && {
      ask: async (prompt) => {
        before?.(prompt)
        printed.push(prompt)
        const line = lines.shift()
        if (line === undefined) throw new Refusal('The input has ended.')
        return line
      },
      close: () => {},
    },
    print:
      print ??
      (async (text) => {
        printed.push(text)
      }),
    style: styleOf({}),
    signal: signal ?? new AbortController().signal,
  }).catch((error: Error) => error)
  return { code, printed: printed.join('\n'), left: lines }
}

const own: Record<string, string> = {
  'brand-name': 'Ours',
  'postal-address': 'Ours Ltd, 1 Our Street, Dublin, Ireland',
  'privacy-url': 'https://www.ours.internal/privacy',
  'support-url': 'none',
  sender: 'Ours <hello@ours.internal>',
  'reply-to': 'support@ours.internal',
  'public-url': 'https://signup.ours.internal',
  'form-url': 'https://www.ours.internal/newsletter',
  repository: 'ours/confirmation-reminder',
  'runbook-url': 'https://github.com/ours/confirmation-reminder/blob/main/docs/runbook.md',
  'slack-workspace': 'T0123OURS',
  'slack-channel': 'C0123OURS',
}
const asArguments = (options: Record<string, string>) =>
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(own).filter(([name]) => !names.includes(name)))

test('every question is about a setting, has an option of the help, and asks for each committed example', () => {
  const paths = stages.flatMap((stage) => pathsOf(committed[stage]))
  expect(questions.filter(({ path }) => !paths.includes(path))).toEqual([])
  expect(questions.filter(({ option }) => !new RegExp(`--${option}\\b`).test(help))).toEqual([])
  expect(new Set(questions.map(({ option }) => option)).size).toBe(questions.length)
  const examples = stages.flatMap((stage) => examplesIn(committed[stage]).map(([path]) => path))
  expect(examples.filter((path) => !questions.some((question) => question.path === path))).toEqual([])
})

test.each(stages)('options alone make %s a stage without examples, which synthesis accepts', async (stage) => {
  const { code, printed } = await ran(['--stage', stage, ...asArguments(own), '--yes'])
  expect(code).toBe(0)
  const after = settings()
  expect(examplesOf(stage, checkSettings(stage, after[stage]))).toEqual([])
  const other = stage === 'dev' ? 'prod' : 'dev'
  expect(after[other]).toEqual(committed[other])
  // What is left is named, with the option that replaces it.
  for (const sentence of examplesOf(other, committed[other])) {
    const { option } = questions.find(({ path }) => sentence.startsWith(`settings.${other}.${path} `)) ?? {}
    expect(printed).toContain(`- ${sentence} Option: --stage ${other} --${option}\n`)
  }
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
})

test('both stages at once have the same answers, and nothing is left but the steps', async () => {
  const { code, printed } = await ran([
    '--stage',
    'both',
    ...asArguments(without('public-url')),
    '--public-url',
    'none',
    '--yes',
  ])
  expect(code).toBe(0)
  const after = settings()
  expect(stages.flatMap((stage) => examplesOf(stage, checkSettings(stage, after[stage])))).toEqual([])
  expect(printed).not.toContain('These examples remain')
  expect(printed).toContain('export STAGE=dev AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1')
  expect(printed).toContain('Then the same for prod')
})

test('without a terminal, each missing answer is named with its option, and nothing is written', async () => {
  const { code } = await ran(['--stage', 'dev', '--yes', ...asArguments(without('sender', 'repository'))])
  expect(code).toBeInstanceOf(UsageError)
  expect((code as Error).message).toMatch(
    /^Missing --sender: it takes the mailbox that [^\n]+\.\nMissing --repository: it takes owner\/name [^\n]+, or none\.$/,
  )
  expect(written()).toBe(source)
})

test('without a terminal, it needs to know the stage, and --yes', async () => {
  expect((await ran(asArguments(own))).code).toEqual(new UsageError('Missing --stage: it takes dev, prod or both.'))
  const { code, printed } = await ran(['--stage', 'dev', ...asArguments(own)])
  expect(code).toEqual(new UsageError('Missing --yes: without a terminal, nothing is written without it.'))
  expect(printed).toContain('+ settings.dev.sender: "Ours <hello@ours.internal>"')
  expect(written()).toBe(source)
})

test.each([
  ['sender', 'hello', 'sender'],
  ['sender', 'hello@example.com', 'sender'],
  ['accent', '#ffffff', 'brand.accent'],
  ['slack-channel', 'T0123OURS', 'slack.channelId'],
  ['registrations-per-day', 'ten', 'expectedRegistrationsPerDay'],
  ['registrations-per-day', '0', 'expectedRegistrationsPerDay'],
  ['account', '123456789012', 'accountId'],
  ['repository', 'example/ours', 'github.repository'],
  ['owner', '', 'owner'],
])('--%s %s is refused with the sentence of synthesis', async (option, answer, path) => {
  const { code } = await ran(['--stage', 'prod', '--yes', ...asArguments({ ...own, [option]: answer })])
  expect(code).toBeInstanceOf(UsageError)
  const wrong = withValueAt(committed.prod, path, /^\d$/.test(answer) ? Number(answer) : answer)
  const sentences = [
    () => checkSettings('prod', wrong),
    () => {
      throw new Error(examplesOf('prod', wrong).join('\n'))
    },
  ].map((check) => {
    try {
      check()
      return ''
    } catch (error) {
      return (error as Error).message
    }
  })
  const [sentence = ''] = sentences
    .join('\n')
    .split('\n')
    .filter((line) => line.startsWith(`settings.prod.${path} is `))
  expect((code as Error).message.split('\n')).toContain(sentence)
  expect(written()).toBe(source)
})

test('quiet hours that contradict another setting are refused with the sentence about that one', async () => {
  const { code } = await ran([
    '--stage',
    'prod',
    '--yes',
    ...asArguments({ ...own, 'quiet-hours': '08:30-08:00 Europe/Berlin' }),
  ])
  expect((code as Error).message).toMatch(/^settings\.prod\.spreadSeconds is 3600: put at most 1799, so that/)
})

test('an account, a bucket or a public URL is not given to both stages', async () => {
  const { code } = await ran(['--stage', 'both', '--yes', ...asArguments({ ...own, account: '271828182845' })])
  expect(code).toEqual(new UsageError('--account differs between stages: run the command once for each stage.'))
})

/** What a person types for dev: Enter is an empty line. The sender is wrong at first. */
const conversation = [
  ...['dev', '', '271828182845', 'Ours', '', '', 'Ours Ltd, Dublin', '', 'https://www.ours.internal/help'],
  ...['hello', 'hello@example.com', 'Ours <hello@ours.internal>', '', '', '', 'T0123OURS', 'C0123OURS', '', '', '300'],
]

test('a person is asked for each answer, with a reason and a default; a refused one is asked for again', async () => {
  const { code, printed, left } = await ran([], { typed: [...conversation, ''], repository: 'ours/reminder' })
  expect([code, left]).toEqual([0, []])
  const { dev, prod } = settings()
  expect(prod).toEqual(committed.prod)
  expect(dev).toEqual({
    ...committed.dev,
    accountId: '271828182845',
    brand: {
      name: 'Ours',
      accent: '#1f5fbf',
      postalAddress: 'Ours Ltd, Dublin',
      supportUrl: 'https://www.ours.internal/help',
    },
    sender: 'Ours <hello@ours.internal>',
    replyTo: 'hello@ours.internal',
    github: { repository: 'ours/reminder' },
    runbookUrl: 'https://github.com/ours/reminder/blob/main/docs/runbook.md',
    slack: { workspaceId: 'T0123OURS', channelId: 'C0123OURS' },
    expectedRegistrationsPerDay: 300,
  })
  expect(printed).toContain('settings.dev.sender is "hello": put the mailbox that mails come from')
  expect(printed).toContain('settings.dev.sender is "hello@example.com", an example: put the mailbox')
  for (const { name, why, onlyIn } of questions) {
    expect(printed.includes(`\n${name} (dev): `) && printed.includes(`\n  ${why}`)).toBe(onlyIn !== 'prod')
  }
})

test('run again, it offers the present values, changes nothing with Enter, and lists what is left all the same', async () => {
  await ran(['--stage', 'dev', '--yes', ...asArguments({ ...own, account: '271828182845' })])
  const first = written()
  const { code, printed, left } = await ran(['--stage', 'dev'], { typed: Array(questions.length).fill('') })
  expect(code).toBe(0)
  expect(written()).toBe(first)
  expect(left).toHaveLength(questions.filter(({ onlyIn }) => onlyIn === 'prod').length)
  expect(printed).toContain('[271828182845] > ')
  expect(printed).toContain('[none] > ')
  expect(printed).toContain('The settings stay as they are.')
  expect(printed).toContain('7. Deploy\n')
})

test('the second stage is offered the answers of the first, but not its account', async () => {
  await ran(['--stage', 'dev', '--yes', ...asArguments({ ...own, account: '271828182845' })])
  const { printed } = await ran(['--stage', 'prod'], { typed: Array(questions.length).fill('') })
  expect(printed).toContain('[Ours <hello@ours.internal>] > ')
  expect(printed).toContain('[ours/confirmation-reminder] > ')
  expect(printed).not.toContain('[271828182845] > ')
})

test('a person who says no, or leaves at any question, has changed nothing', async () => {
  const all = await ran([], { typed: [...conversation, 'what', 'no'], repository: 'ours/reminder' })
  expect([all.code, all.printed.split('\n').at(-1), all.left]).toEqual([1, 'Nothing was changed.', []])
  for (let length = 0; length <= conversation.length; length++) {
    const { code } = await ran([], { typed: conversation.slice(0, length), repository: 'ours/reminder' })
    expect(code).toBeInstanceOf(Refusal)
  }
  expect(written()).toBe(source)
})

test('output without a reader ends it at any line, and nothing has changed', async () => {
  const lost = new Refusal('The output is closed. Nothing was changed.')
  for (let lines = 0; lines < 12; lines++) {
    let printed = 0
    const print = () => (printed++ < lines ? Promise.resolve() : Promise.reject(lost))
    expect((await ran(['--stage', 'dev', '--yes', ...asArguments(own)], { print })).code).toBe(lost)
    expect(written()).toBe(source)
  }
})

test('Ctrl-C after the last answer changes nothing', async () => {
  const controller = new AbortController()
  const before = (prompt: string) => prompt.startsWith('Write it?') && controller.abort()
  const { code } = await ran([], {
    ...{ typed: [...conversation, 'yes'], repository: 'ours/reminder' },
    ...{ before, signal: controller.signal },
  })
  expect(code).toEqual(new Refusal('Interrupted. Nothing was changed.'))
  expect(code).toHaveProperty('exitCode', 130)
  expect(readdirSync(folder)).toEqual(['settings.ts'])
  expect(written()).toBe(source)
})

test('a file that was edited meanwhile keeps the edit', async () => {
  const edited = `${source}// mine\n`
  const before = (prompt: string) => prompt.startsWith('Write it?') && writeFileSync(file(), edited)
  const { code } = await ran([], { typed: [...conversation, 'yes'], repository: 'ours/reminder', before })
  expect((code as Error).message).toMatch(/was changed meanwhile/)
  expect(written()).toBe(edited)
  expect(readdirSync(folder)).toEqual(['settings.ts'])
})

test('settings that no question is about must be right first', async () => {
  writeFileSync(file(), source.replace('logDays: 14', 'logDays: 10'))
  const { code } = await ran(['--stage', 'dev', ...asArguments(own), '--yes'])
  expect((code as Error).message).toMatch(
    /^Correct this in infra\/src\/settings\.ts first\..*\nsettings\.dev\.logDays is 10: /,
  )
})

test('a contradiction that is there already is solved by an answer, or refused with its sentence', async () => {
  writeFileSync(file(), source.replace("quietHours: '21:00", "quietHours: '08:30"))
  const contradiction = await ran(['--stage', 'prod', ...asArguments(own), '--yes'])
  expect((contradiction.code as Error).message).toMatch(
    /^Nothing was changed\.\nsettings\.prod\.spreadSeconds is 3600: /,
  )
  const hours = '21:00-08:00 Europe/Berlin'
  const { code } = await ran(['--stage', 'prod', ...asArguments({ ...own, 'quiet-hours': hours }), '--yes'])
  expect([code, settings().prod.quietHours]).toEqual([0, hours])
})

test('settings of a release without a brand are asked for it', async () => {
  const old = source.replaceAll(/ {4}brand: \{[\s\S]*?\n {4}\},\n/g, '')
  expect(old).not.toContain('brand: {')
  writeFileSync(file(), old)
  const { code } = await ran(['--stage', 'dev', '--yes', ...asArguments({ ...own, accent: '#1f5fbf' })])
  expect(code).toBe(0)
  expect(settings().dev.brand).toMatchObject({ name: 'Ours', accent: '#1f5fbf' })
  // The contrast of an accent can be checked only with all of the brand: it is asked for again.
  writeFileSync(file(), old)
  const typed = [...conversation.slice(0, 4), '#ffffff', 'none', 'Ours Ltd', 'none', 'none', ...conversation.slice(11)]
  const again = await ran([], { typed: [...typed, '#1f5fbf', 'yes'], repository: 'ours/reminder' })
  expect([again.code, again.left]).toEqual([0, []])
  expect(settings().dev.brand.accent).toBe('#1f5fbf')
})

test('values that are not in the file are changed by hand', async () => {
  writeFileSync(
    file(),
    source
      .replace("    sender: 'Example dev", "    get sender() { return 'a@b.example' },\n    x: 'Example dev")
      .replace('    x: ', '    replyTo: '),
  )
  const { code } = await ran(['--stage', 'dev', ...asArguments(own), '--yes'])
  expect(code).toBeInstanceOf(Error)
  expect(readdirSync(folder)).toEqual(['settings.ts'])
})

test.each([
  ['git@github.com:ours/reminder.git\n', 'ours/reminder'],
  ['https://github.com/Ours/re.minder', 'Ours/re.minder'],
  ['https://github.com/ours/reminder.git/', 'ours/reminder'],
  ['ssh://git@gitlab.com/ours/reminder', undefined],
  ['', undefined],
])('the remote %j is the repository %s', (address, repository) => {
  expect(repositoryOf(address)).toBe(repository)
})

test('only a terminal with colours gets them', () => {
  expect(styleOf({ hasColors: () => true }).added('x')).toBe('\x1b[32mx\x1b[0m')
  for (const output of [{}, { hasColors: () => false }]) expect(styleOf(output).added('x')).toBe('x')
})
