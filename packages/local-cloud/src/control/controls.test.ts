import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LiveChannel } from '../console/live.ts'
import { VirtualClock } from '../core/clock.ts'
import { Faults } from '../faults/faults.ts'
import { sendingOf } from '../wiring/sending.ts'
import { answerUnsigned } from './control-router.ts'
import { controlsOf } from './controls.ts'

const clock = new VirtualClock()
const faults = new Faults()
let url: string
let skipped = false
let withheld: readonly object[] = []
const controlled: Parameters<typeof controlsOf>[0] = {
  stack: 'confirmation-reminder-dev',
  apiUrl: 'http://127.0.0.1:3000',
  clock,
  skip: async (seconds) => clock.moveTo(clock.offsetMs + seconds * 1000),
  pauses: {
    get skipped() {
      return skipped
    },
    skip: async (on) => {
      skipped = on
    },
  },
  mails: async (filter) => ({ rows: [filter], ...(filter.after === undefined && { next: '000000000007' }) }),
  runs: async () => [],
  slack: async () => [],
  total: async ({ name }) => (name === 'Registered' ? 7 : 0),
  console: { reads: {}, changes: {} },
  faults,
  iam: true,
  permissions: {
    withheld: () => withheld,
    withhold: (missing) => {
      if (missing.some(({ role }) => role === 'none')) throw new Error('The stack has no role none.')
      withheld = missing
    },
  },
  actions: () => ({ ses: ['SendEmail'], dynamodb: ['PutItem'] }),
}
const shown = { live: new LiveChannel(), mail: () => Promise.reject(), sending: sendingOf({ functions: [] }) }
const server = createServer(answerUnsigned(controlsOf(controlled), shown))

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  clock.stop()
  server.close()
  server.closeAllConnections()
})

const send = (method: string, path: string, body?: string, type = 'application/json') =>
  fetch(`${url}/_local/${path}`, { method, ...(body !== undefined && { body }), headers: { 'content-type': type } })
const rule = { service: 'ses', action: 'SendEmail', kind: 'error', error: 'Throttling', times: 1 }
const call = { service: 'dynamodb', action: 'PutItem' }
const event = { service: 'ses', action: 'Event' }

test('the clock moves and returns its time', async () => {
  const moved = await (await send('POST', 'clock', '{"skipSeconds": 86400}')).json()
  expect(moved).toEqual({ now: expect.stringMatching(/^\d{4}-.*Z$/), offsetSeconds: 86_400 })
  expect(await (await send('GET', 'clock')).json()).toMatchObject({ offsetSeconds: 86_400 })
})

test('the skipping of pauses is switched on and off', async () => {
  for (const skipped of [true, false]) {
    await send('PUT', 'pauses', JSON.stringify({ skipped }))
    expect(await (await send('GET', 'pauses')).json()).toEqual({ skipped })
  }
  expect((await send('PUT', 'pauses', '{"skipped": 1}')).status).toBe(400)
})

test('the funnel is what metrics counted', async () => {
  expect(await (await send('GET', 'funnel')).json()).toMatchObject({
    registered: 7,
    reminded: 0,
    shareOfReminder: null,
  })
})

test('mails can be filtered by recipient, and come in pages that lead to the next', async () => {
  const first = await send('GET', 'mails?to=a%2Bb%40example.com')
  expect(await first.json()).toEqual([{ to: 'a+b@example.com', limit: 200 }])
  const link = first.headers.get('link')
  expect(link).toBe('</_local/mails?to=a%2Bb%40example.com&after=000000000007>; rel="next"')
  const last = await send('GET', 'mails?to=a%2Bb%40example.com&after=000000000007&limit=1000')
  expect(await last.json()).toEqual([{ to: 'a+b@example.com', after: '000000000007', limit: 1000 }])
  expect(last.headers.get('link')).toBeNull()
  const refused = await send('GET', 'mails?limit=1001')
  expect(await refused.json()).toMatchObject({ detail: 'The parameter limit takes a whole number from 1 to 1000.' })
})

test('one rule is added and removed, and the counts of the others go on', async () => {
  const change = async (body: object) => {
    const answer = await send('POST', 'console/faults', JSON.stringify(body))
    return { status: answer.status, body: await answer.json() }
  }
  const other = { ...call, kind: 'duplicate', times: 2 }
  await send('PUT', 'faults', JSON.stringify([rule]))
  faults.next({ service: 'ses', action: 'SendEmail', input: {} })
  expect((await change({ add: other })).body).toEqual([
    { ...rule, times: 0, injected: 1 },
    { ...other, injected: 0 },
  ])
  expect((await change({ remove: 1, kind: 'error' })).status).toBe(409)
  expect((await change({ remove: 1, kind: 'duplicate' })).body).toMatchObject([{ injected: 1 }])
  expect((await change({ removeAll: true })).body).toEqual([])
})

test.each([
  [{ add: { ...call, kind: 'latency', rate: 1 } }, 'The member add lacks the member latencyMilliseconds'],
  [{ add: { ...call, action: 'Put', kind: 'duplicate', rate: 1 } }, 'The member add.action takes one of PutItem'],
  [{ remove: -1, kind: 'error' }, 'The member remove takes an index'],
  [{ removeAll: false }, 'The member removeAll takes true'],
  [[], 'The member removeAll is missing'],
])('a change of the faults that is not understood is refused: %j', async (body, detail) => {
  const answer = await send('POST', 'console/faults', JSON.stringify(body))
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
    400,
    expect.stringContaining(detail),
  ])
})

test('faults are replaced and listed, with how often each has happened', async () => {
  expect((await send('PUT', 'faults', JSON.stringify([{ ...rule, message: 'Too fast.' }]))).status).toBe(200)
  expect(await (await send('GET', 'faults')).json()).toEqual([{ ...rule, message: 'Too fast.', injected: 0 }])
  const seeded = { seed: 1, rules: [{ ...event, kind: 'lose', rate: 0.5, match: { eventType: 'Send' } }] }
  expect(await (await send('PUT', 'faults', JSON.stringify(seeded))).json()).toMatchObject(seeded.rules)
  expect(await (await send('PUT', 'faults', '[]')).json()).toEqual([])
})

test('health names what runs', async () => {
  expect(await (await send('GET', 'health')).json()).toMatchObject({
    ...{ status: 'ok', stack: 'confirmation-reminder-dev', iam: 'on' },
  })
})

test.each([
  ['clock', '{"skipSeconds": -1}', 'The member skipSeconds takes 0 or more seconds'],
  ['clock', '{"skipSeconds": "1"}', 'The member skipSeconds takes a number of seconds'],
  ['clock', '{"skipSeconds": 1e12}', 'The member skipSeconds takes at most'],
  ['clock', '{"skipSeconds": 1e999}', 'The member skipSeconds takes a number of seconds'],
  ['clock', '{}', 'skipSeconds'],
  ['clock', '{"skipSeconds": 1, "days": 1}', 'The member days is unknown'],
  ['clock', '[]', 'The member skipSeconds is missing'],
  ['clock', '7', 'The body takes an object such as {"skipSeconds": 86400}'],
  ['clock', '{', 'The body is not JSON'],
  ['clock', '', 'The body is not JSON'],
  ['faults', '{}', 'The body takes a list of rules'],
  ['faults', JSON.stringify([{ ...rule, times: 0 }]), 'The member 0.times takes 1 or more'],
  ['faults', JSON.stringify([{ ...rule, kind: 'slow' }]), 'The member 0.kind takes one of error, latency'],
  ['faults', JSON.stringify([{ ...rule, action: undefined }]), '0.action'],
  [
    'faults',
    JSON.stringify([{ ...call, kind: 'latency', rate: 1 }]),
    'The member 0 lacks the member latencyMilliseconds',
  ],
  ['faults', JSON.stringify([{ ...call, kind: 'duplicate' }]), 'The member 0 takes one of rate and times'],
  ['faults', JSON.stringify([{ ...call, kind: 'duplicate', rate: 1, times: 1 }]), 'takes one of rate and times'],
  ['faults', JSON.stringify([{ ...call, kind: 'duplicate', rate: 1.5 }]), 'The member 0.rate takes at most 1'],
  ['faults', JSON.stringify([{ ...call, kind: 'duplicate', rate: 0 }]), 'The member 0.rate takes a share above 0'],
  [
    'faults',
    JSON.stringify([{ ...call, kind: 'duplicate', rate: 1, error: 'E' }]),
    'means nothing to the kind duplicate',
  ],
  ['faults', JSON.stringify([{ ...call, kind: 'crashCaller', rate: 1, when: 'now' }]), '0.when takes beforeEffect or'],
  [
    'faults',
    JSON.stringify([{ ...call, kind: 'lose', rate: 1 }]),
    'The member 0 has the kind lose; the kinds of fault for a call are error',
  ],
  [
    'faults',
    JSON.stringify([{ ...event, kind: 'error', error: 'E', rate: 1 }]),
    'the kinds of fault for an Event of ses are delay',
  ],
  [
    'faults',
    JSON.stringify([{ ...call, service: 'sqs', kind: 'duplicate', rate: 1 }]),
    '0.service takes one of ses, dynamodb',
  ],
  ['faults', JSON.stringify([{ ...call, action: 'Put', kind: 'duplicate', rate: 1 }]), '0.action takes one of PutItem'],
  [
    'faults',
    JSON.stringify([{ ...call, kind: 'duplicate', rate: 1, match: 7 }]),
    '0.match takes a text that the request',
  ],
  ['faults', '{"rules": [], "seed": 0.5}', 'The member seed takes a whole number'],
  ['faults', '{"rules": [7]}', 'rules.0'],
])('%s refuses %s and says what it takes', async (path, body, detail) => {
  const answer = await send(path === 'clock' ? 'POST' : 'PUT', path, body)
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(await answer.json()).toMatchObject({ status: 400, detail: expect.stringContaining(detail) })
  expect(faults.list()).toEqual([])
})

test('an unknown path is 404, a wrong method 405 with the allowed ones', async () => {
  expect((await send('GET', 'nothing')).status).toBe(404)
  expect((await send('GET', 'constructor')).status).toBe(404)
  const wrong = await send('PUT', 'clock', '{}')
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST'])
})

test('a body that nests 30,000 deep, or is not UTF-8, is 400', async () => {
  const deep = await send('POST', 'registrations', `{"email":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)
  expect(deep.status).toBe(400)
  expect(await deep.json()).toMatchObject({ detail: expect.stringContaining('it nests deeper than 1000 levels') })
  const bytes = await fetch(`${url}/_local/clock`, { method: 'POST', body: Buffer.from([0x22, 0xff, 0x22]) })
  expect(await bytes.json()).toMatchObject({ status: 400, detail: 'The body is not JSON: it is not UTF-8.' })
})

test('JSON is accepted with any content type, as curl sends it', async () => {
  const before = clock.offsetMs
  const answer = await send('POST', 'clock', '{"skipSeconds": 1}', 'application/x-www-form-urlencoded')
  expect(answer.status).toBe(200)
  expect(clock.offsetMs).toBe(before + 1000)
})

test('with --iam off no action is taken out of policies, because that would change nothing', async () => {
  const put = controlsOf({ ...controlled, iam: false })['/_local/permissions']?.PUT
  const body = [{ role: 'confirm', action: 'dynamodb:PutItem' }]
  await expect(async () => put?.({ body, query: new URLSearchParams() })).rejects.toMatchObject({
    ...{ status: 409, detail: expect.stringContaining('Start the local cloud without "--iam off".') },
  })
  expect(withheld).toEqual([])
})

test('actions are taken out of the policies of roles, and listed', async () => {
  const missing = [{ role: 'confirm', action: 'dynamodb:PutItem' }]
  expect(await (await send('PUT', 'permissions', JSON.stringify(missing))).json()).toEqual(missing)
  expect(await (await send('GET', 'permissions')).json()).toEqual(missing)
  for (const [body, detail] of [
    ['[{"role":"none","action":"a:b"}]', 'The stack has no role none.'],
    ['[{"role":"confirm"}]', 'The member 0.action is missing.'],
    [
      '[{"role":"confirm","action":"a:b","statement":-1}]',
      'The member 0.statement takes the index of a statement, from 0.',
    ],
    ['{}', 'The body takes a list of roles and actions.'],
  ]) {
    const response = await send('PUT', 'permissions', body)
    const problem = (await response.json()) as { detail: string }
    expect([response.status, problem.detail]).toEqual([400, detail])
  }
  expect(await (await send('PUT', 'permissions', '[]')).json()).toEqual([])
})
