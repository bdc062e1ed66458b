import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { LocalCloud, runCli } from '../local-cloud.ts'
import { stackOf } from '../synthesise.ts'

const customers = ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com']

let cloud: LocalCloud
let copies: string
beforeAll(async () => {
  copies = mkdtempSync(join(tmpdir(), 'damage-'))
  cloud = await LocalCloud.start()
  // Two starts, so that there are tables as well as logs. A kill ends the second one.
  await register(customers.slice(0, 2))
  await cloud.terminate()
  await cloud.start()
  await register(customers.slice(2))
  // A kill amid a write, of a log line for example, leaves a last record that was never acknowledged and may be damaged.
  await quiet()
  await cloud.kill()
})
afterAll(async () => {
  await cloud?.dispose()
  rmSync(copies, { recursive: true, force: true })
})

async function register(emails: string[]): Promise<void> {
  for (const email of emails) expect((await cloud.register(email)).status).toBe(202)
}

/** Resolves when nothing has been written for a second. */
async function quiet(): Promise<void> {
  const written = () =>
    ['store', 'tables'].map((folder) =>
      readdirSync(join(cloud.data, folder)).map(
        (name) => statSync(join(cloud.data, folder, name), { throwIfNoEntry: false })?.mtimeMs,
      ),
    )
  for (let before: unknown, now: unknown = written(); !isDeepStrictEqual(before, now); now = written()) {
    before = now
    await pause(1000)
  }
}

const newest = (folder: string, kind: RegExp) =>
  readdirSync(join(cloud.data, folder))
    .filter((name) => kind.test(name))
    .sort()
    .at(-1) ?? ''

const flip = (path: string) => {
  const bytes = readFileSync(path)
  const middle = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  writeFileSync(path, bytes)
}
const cut = (path: string) => truncateSync(path, statSync(path).size - 1)
const remove = (path: string) => rmSync(path)

const log = /\.log$/
const table = /\.ldb$/
const manifest = /^MANIFEST/
const current = /^CURRENT$/
const zip = /\.zip$/

/** Starts on a damaged copy of the data folder. Returns the result and the damaged file. */
async function startDamaged(folder: string, kind: RegExp, damage: (path: string) => void) {
  const data = mkdtempSync(join(copies, 'data-'))
  cpSync(cloud.data, data, { recursive: true })
  const file = join(data, folder, newest(folder, kind))
  damage(file)
  const ports = ['--cloud-port', '0', '--api-port', '0']
  const ended = await runCli('--stack', stackOf('dev'), '--data', data, ...ports)
  return { ...ended, file }
}

test.each([
  ['store: log, flipped byte', 'store', log, flip],
  ['store: log, last byte cut off', 'store', log, cut],
  ['store: table, flipped byte', 'store', table, flip],
  ['store: manifest, missing file', 'store', manifest, remove],
  ['tables: log, last byte cut off', 'tables', log, cut],
  ['tables: table, last byte cut off', 'tables', table, cut],
  ['tables: manifest, flipped byte', 'tables', manifest, flip],
  ['tables: CURRENT, missing file', 'tables', current, remove],
  ['code: zip, flipped byte', 'code', zip, flip],
  ['code: zip, last byte cut off', 'code', zip, cut],
] as const)('%s is reported in one sentence, with the file and what to do', async (_, folder, kind, damage) => {
  const { code, stdout, stderr, file } = await startDamaged(folder, kind, damage)
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toContain(damage === remove ? `${file} is missing: ` : `${file} is damaged (`)
  expect(stderr).toContain('with --reset.')
})

test('--reset starts a damaged folder empty', async () => {
  const data = mkdtempSync(join(copies, 'data-'))
  cpSync(cloud.data, data, { recursive: true })
  remove(join(data, 'store', 'CURRENT'))
  flip(join(data, 'tables', newest('tables', manifest)))
  const empty = await LocalCloud.start(undefined, { data, options: ['--reset'] })
  expect(await empty.mails()).toEqual([])
  await empty.dispose()
})

test('other users cannot read anything in the data folder', () => {
  const all = ['.', ...readdirSync(cloud.data, { recursive: true, encoding: 'utf8' })].map((name) =>
    join(cloud.data, name),
  )
  expect(all.length).toBeGreaterThan(20)
  const modes = all.map((path) => {
    const found = statSync(path)
    return `${found.isDirectory() ? 'folder' : 'file'} ${(found.mode & 0o777).toString(8)}`
  })
  expect([...new Set(modes)].sort()).toEqual(['file 600', 'folder 700'])
})

test('an undamaged folder has kept everything', async () => {
  await cloud.start()
  expect((await cloud.mails()).flatMap(({ to }) => to).sort()).toEqual(customers)
  await cloud.skipDays(1)
  expect((await cloud.mails()).flatMap(({ to }) => to).sort()).toEqual(customers.flatMap((email) => [email, email]))
})
