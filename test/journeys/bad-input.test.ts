import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalCloud, runCli } from '../local-cloud.ts'
import { stackOf } from '../synthesise.ts'

let cloud: LocalCloud
beforeAll(async () => {
  cloud = await LocalCloud.start()
})
afterAll(() => cloud?.dispose())

const send = (path: string, init: RequestInit) => fetch(`${cloud.apiUrl}${path}`, init)
const json = (body: string): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body })

describe('over HTTP', () => {
  test.each([
    ['malformed JSON', json('{"email":'), 400, ''],
    ['a missing address', json('{}'), 400, 'email'],
    ['an invalid address', json('{"email":"ada.example.com"}'), 400, 'email'],
    ['a line break in the address', json('{"email":"a@example.com\\r\\nBcc: b@example.com"}'), 400, 'email'],
    ['a NUL in the address', json('{"email":"a\\u0000@example.com"}'), 400, 'email'],
    [
      'an address over 254 octets',
      json(JSON.stringify({ email: `a@${'b'.repeat(60)}.${'c'.repeat(200)}.com` })),
      400,
      'email',
    ],
    ['an unknown field', json('{"email":"a@example.com","admin":true}'), 400, 'admin'],
    ['an unknown language', json('{"email":"a@example.com","locale":"xx"}'), 400, 'locale'],
    ['a wrong content type', { ...json('{}'), headers: { 'content-type': 'text/plain' } }, 415, ''],
    ['a body over 8 KB', json(JSON.stringify({ email: 'a'.repeat(9_000) })), 413, ''],
    ['a wrong method', { method: 'PUT' }, 405, ''],
  ])('%s is refused with a problem document', async (_, init, status, field) => {
    const answer = await send('/registrations', init)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    const problem = await answer.text()
    expect(JSON.parse(problem).status).toBe(status)
    expect(problem).toContain(field)
  })

  test('an unknown route is 404', async () => {
    expect((await send('/nothing', {})).status).toBe(404)
  })

  test.each([
    ['malformed', 'rubbish', 400],
    ['unknown', `00000000-0000-4000-8000-000000000000.${'a'.repeat(43)}`, 404],
  ])('a token that is %s gets a page that says what to do', async (_, token, status) => {
    for (const answer of [await send(`/confirm?token=${token}`, {}), await cloud.confirm(token)]) {
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toContain('text/html')
      expect(await answer.text()).not.toContain('rubbish')
    }
  })

  test('none of it sent a mail', async () => {
    expect(await cloud.mails()).toEqual([])
  })
})

describe('at the start', () => {
  const oneSentence = (text: string) => text.trim().split('\n')
  let copy: string
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'confirmation-reminder-stack-'))
    cpSync(stackOf('dev'), copy, { recursive: true })
  })
  afterEach(() => rmSync(copy, { recursive: true, force: true }))
  const start = (...options: string[]) =>
    runCli('--data', join(copy, 'data'), '--cloud-port', '0', '--api-port', '0', '--stack', copy, ...options)
  const rewrite = (change: (text: string) => string) => {
    const file = join(copy, 'cdk.tf.json')
    const text = readFileSync(file, 'utf8')
    const changed = change(text)
    expect(changed).not.toBe(text)
    writeFileSync(file, changed)
  }

  test('a second start on the same data folder is refused', async () => {
    const { code, stderr } = await runCli('--stack', copy, '--data', cloud.data, '--cloud-port', '0', '--api-port', '0')
    expect(code).toBe(1)
    expect(oneSentence(stderr)).toEqual([expect.stringContaining(cloud.data)])
  })

  test.each(['--cloud-port', '--api-port'])('a taken %s is named', async (option) => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => holder.once('listening', listening))
    const { port } = holder.address() as { port: number }
    const { code, stderr } = await start(option, `${port}`)
    holder.close()
    expect(code).toBe(1)
    expect(oneSentence(stderr)).toEqual([expect.stringContaining(`${port}`)])
  })

  test('a misspelt Next is named, and nothing starts', async () => {
    rewrite((text) => text.replace('\\"Next\\":\\"TriggerNotification\\"', '\\"Next\\":\\"TriggerNotificatoin\\"'))
    const { code, stdout, stderr } = await start()
    expect(code).toBe(1)
    expect(stderr).toContain('TriggerNotificatoin')
    expect(stdout).not.toContain('ready')
  })

  test('a broken cdk.tf.json is named', async () => {
    rewrite((text) => text.slice(0, -20))
    const { code, stderr } = await start()
    expect(code).toBe(1)
    expect(oneSentence(stderr)).toEqual([expect.stringContaining('cdk.tf.json')])
  })

  test('a resource type that the local cloud does not know is named', async () => {
    rewrite((text) => text.replace('"resource": {', '"resource": { "aws_kinesis_stream": { "mine": {} },'))
    const { code, stderr } = await start()
    expect(code).toBe(1)
    expect(oneSentence(stderr)).toEqual([expect.stringContaining('aws_kinesis_stream.mine')])
  })

  test('a variable that the stack does not declare is refused, with those that it does', async () => {
    const { code, stderr } = await start('--var', 'color=blue')
    expect(code).toBe(1)
    expect(stderr).toBe(
      'The stack declares no variable "color": its variables are registrations_per_source_and_hour.\n',
    )
  })

  test('an unknown option and an unknown stage are usage errors', async () => {
    expect((await runCli('--stag', 'dev')).code).toBe(2)
    const { code, stderr } = await runCli('--stage', 'moon')
    expect(code).toBe(2)
    expect(stderr).toContain('moon')
  })
})

test('SIGTERM stops it cleanly', async () => {
  expect(await cloud.terminate()).toBe(0)
})
