import { spawn } from 'node:child_process'
import { once as ended } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { CustomerEvent } from '@confirmation-reminder/contracts/customer-event'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { webhookHeader, webhookPlaceholder } from '@confirmation-reminder/contracts/webhook'
import { parse } from 'valibot'
import { newPage, openBrowser } from '../browser.ts'
import { pageWith } from '../embedded-forms.ts'
import { LocalCloud, tokenIn } from '../local-cloud.ts'
import { alarms, injected, setFaults } from '../lost-evidence.ts'
import { startOf } from '../programs.ts'
import synthesise, { stackOf } from '../synthesise.ts'

/*
 * Two consumers of what happens to customers: the webhook of the settings, which is a server of this test, and a queue behind a
 * rule on the bus, which a team of its own could have. The server is also the site on which people register.
 */

/** What the webhook got, and the status that it answers: undefined hangs up. */
const calls: { event: CustomerEvent; secret: unknown }[] = []
let answer: () => number | undefined = () => 204
let folder: string
let server: Server
let site: string
let cloud: LocalCloud

beforeAll(async () => {
  server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      const page = pageWith('plain', cloud.apiUrl, `${site}/basket?step=2`)
      return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
    }
    const event = parse(CustomerEvent, await json(request))
    const status = answer()
    if (status === undefined) return request.socket.destroy()
    if (status < 300) calls.push({ event, secret: request.headers[webhookHeader] })
    return response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-events-'))
  const settings = {
    brand: { name: 'Our shop', accent: '#7a3e00', postalAddress: 'Ours Ltd, 1 Our Street, Dublin, Ireland' },
    attributes: { plan: { maxLength: 40 }, company: { maxLength: 80 } },
    pages: { returnOrigins: [site] },
    events: { withAddress: true, webhook: `${site}/customers` },
  }
  await synthesise(folder, 'src/test/changed-settings.ts', { dev: settings })
  listen(stackOf('dev', folder))
  cloud = await LocalCloud.start(stackOf('dev', folder))
})
beforeEach(() => {
  answer = () => 204
})
afterAll(async () => {
  await cloud?.dispose()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

/** Adds the queue of another team to the stack, which hears everything on the bus. */
function listen(stack: string): void {
  const file = join(stack, 'cdk.tf.json')
  const { resource, ...terraform } = JSON.parse(readFileSync(file, 'utf8'))
  const event_bus_name = resourceName('dev', 'events')
  const Condition = { ArnEquals: { 'aws:SourceArn': '${aws_cloudwatch_event_rule.theirs.arn}' } }
  const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '${aws_sqs_queue.theirs.arn}', Condition }
  const theirs = {
    aws_sqs_queue: { theirs: { name: 'theirs', message_retention_seconds: 14 * 86_400 } },
    aws_sqs_queue_policy: {
      theirs: {
        queue_url: '${aws_sqs_queue.theirs.url}',
        policy: JSON.stringify({ Statement: { ...send, Principal: { Service: 'events.amazonaws.com' } } }),
      },
    },
    aws_cloudwatch_event_rule: {
      theirs: { name: 'theirs', event_bus_name, event_pattern: '{"source":["confirmation-reminder"]}' },
    },
    aws_cloudwatch_event_target: {
      theirs: { rule: '${aws_cloudwatch_event_rule.theirs.name}', event_bus_name, arn: '${aws_sqs_queue.theirs.arn}' },
    },
  }
  const merged = Object.entries(theirs).map(([type, added]) => [type, { ...resource[type], ...added }])
  writeFileSync(file, JSON.stringify({ ...terraform, resource: { ...resource, ...Object.fromEntries(merged) } }))
}

/** The addresses that the table has. */
async function addressesStored(): Promise<string[]> {
  const client = new DynamoDBClient(cloud.client)
  try {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: resourceName('dev', 'customers') }))
    return Items.flatMap(({ email }) => email?.S ?? [])
  } finally {
    client.destroy()
  }
}

/** Takes all that the other team's queue has. */
async function queued(): Promise<CustomerEvent[]> {
  const sqs = new SQSClient(cloud.client)
  const events: CustomerEvent[] = []
  try {
    for (;;) {
      const receive = { QueueUrl: 'theirs', MaxNumberOfMessages: 10, VisibilityTimeout: 43_200 }
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive))
      if (Messages.length === 0) return events
      events.push(...Messages.map(({ Body = '' }) => parse(CustomerEvent, JSON.parse(Body))))
    }
  } finally {
    sqs.destroy()
  }
}

/** Runs `npm run announce`. */
async function announce(...options: string[]) {
  const child = spawn(process.execPath, [...startOf('announce'), '--stage', 'local', ...options], {
    env: { ...process.env, AWS_ENDPOINT_URL: cloud.cloudUrl },
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended(child, 'close')])
  return { code, stdout, stderr }
}

const heard = () => calls.map(({ event }) => event)
const heardOf = (email: string) => heard().filter(({ detail }) => detail.address === email)
const typesOf = (events: CustomerEvent[]) => events.map((event) => event['detail-type'])
/** Each event once, as a consumer keeps them that knows their ids. */
const once = (events: CustomerEvent[]) => [...new Map(events.map((event) => [event.detail.eventId, event])).values()]

test('the webhook and the bus hear of all that happens to customers', async () => {
  const people = ['on-time', 'late', 'withdraws', 'lapses'].map((name) => `${name}@example.com`)
  const [onTime = '', late = '', withdraws = '', lapses = ''] = people
  const bounces = 'bounce+events@simulator.amazonses.com'
  for (const email of [...people, bounces]) expect((await cloud.register(email, { plan: 'pro' })).status).toBe(202)
  const token = async (email: string) => tokenIn((await cloud.mails(email)).at(-1) ?? { text: '' })
  await cloud.skip(60)
  await cloud.confirm(await token(onTime))
  await cloud.confirm(await token(onTime))
  await cloud.withdraw(await token(withdraws))
  await cloud.skipDays(1)
  await cloud.confirm(await token(late))
  // Past the end of the registrations. DynamoDB deletes what has expired.
  await cloud.skipDays(12)

  expect(typesOf(heardOf(onTime))).toEqual(['Customer Registered', 'Customer Confirmed'])
  expect(typesOf(heardOf(late))).toEqual(['Customer Registered', 'Customer Reminded', 'Customer Confirmed'])
  expect(typesOf(heardOf(withdraws))).toEqual(['Customer Registered', 'Customer Withdrawn'])
  expect(typesOf(heardOf(lapses))).toEqual(['Customer Registered', 'Customer Reminded', 'Registration Lapsed'])
  expect(typesOf(heardOf(bounces))).toEqual(['Customer Registered', 'Customer Undeliverable', 'Registration Lapsed'])
  for (const { event, secret } of calls) {
    expect(event.detail).toMatchObject({ attributes: { plan: 'pro' }, locale: 'en' })
    expect(secret).toBe(webhookPlaceholder)
  }
  const ids = calls.map(({ event }) => event.detail.eventId)
  expect(new Set(ids).size).toBe(ids.length)
  const onBus = once(await queued()).map(({ detail }) => detail.eventId)
  expect(onBus.sort()).toEqual(ids.sort())
})

test('from a form on another site to what its systems hear: fields, brand, the way back, and each event once', async () => {
  const email = 'from-their-page@example.com'
  const browser = await openBrowser()
  try {
    const page = await newPage(browser)
    await page.goto(`${site}/form`)
    await page.getByLabel('Email address').fill(email)
    await page.getByLabel('Company').fill('Müller & Söhne')
    await page.getByRole('button').click()
    await page.getByRole('heading', { name: 'Check your email' }).waitFor()
    const [mail] = await cloud.mails(email)
    expect(mail?.subject).toContain('Our shop')
    expect(mail?.html).toContain('#7a3e00')
    for (const words of [mail?.html, mail?.text]) expect(words).toContain('Ours Ltd, 1 Our Street, Dublin, Ireland')
    await page.goto(`${cloud.apiUrl}/confirm?token=${tokenIn(mail ?? { text: '' })}`)
    await page.getByRole('button').click()
    await page.waitForURL(`${site}/basket?step=2`)
  } finally {
    await browser.close()
  }
  await cloud.skip(600)
  const told = heardOf(email)
  expect(typesOf(told)).toEqual(['Customer Registered', 'Customer Confirmed'])
  for (const { detail } of told) expect(detail.attributes).toEqual({ company: 'Müller & Söhne' })
  const onBus = (await queued()).filter(({ detail }) => detail.address === email)
  expect(onBus).toHaveLength(told.length)
  expect(onBus).toEqual(expect.arrayContaining(told))
})

test('npm run announce tells again what the table says, with the ids of before', async () => {
  await cloud.register('again@example.com')
  await cloud.skip(60)
  await cloud.confirm(tokenIn((await cloud.mails('again@example.com'))[0] ?? { text: '' }))
  await cloud.skip(60)
  const before = heardOf('again@example.com')
  expect(typesOf(before)).toEqual(['Customer Registered', 'Customer Confirmed'])
  const known = heard().length
  expect(await announce()).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ customers: what the table says of them is announced again\.\n$/),
  })
  await cloud.skip(60)
  const again = heard().slice(known)
  expect(again.filter(({ detail }) => detail.address === 'again@example.com')).toEqual(before)
  expect(once(heard())).toHaveLength(known)
  // Only this customer has registered, or anything else, in the last minutes.
  expect((await announce('--since', '5m')).stdout).toMatch(/^1 customer: /)
})

test('a webhook that is away for hours gets everything when it is back; what it refuses is a dead letter with an alarm', async () => {
  answer = () => 503
  await cloud.register('away@example.com')
  await cloud.skip(6 * 3600)
  expect(heardOf('away@example.com')).toEqual([])
  answer = () => 204
  await cloud.skip(3 * 3600)
  expect(typesOf(heardOf('away@example.com'))).toEqual(['Customer Registered'])

  answer = () => 410
  await cloud.register('refused@example.com')
  await cloud.skip(15 * 60)
  answer = () => 204
  await cloud.skip(6 * 3600)
  expect(heardOf('refused@example.com')).toEqual([])
  expect(await alarms(cloud, 'webhook-Dead')).toBe(1)
})

// The worker of `announce` gets a SIGKILL at its call of the bus: half of the times before the events are on it, half after.
test('200 kills between the write and the announcement: all is announced, and only what happened', async () => {
  const kills = 200
  await setFaults(
    cloud,
    ...['beforeEffect', 'afterEffect'].map((when) => ({
      ...{ service: 'events', action: 'PutEvents', kind: 'crashCaller', when, times: kills / 2 },
      match: { caller: 'announce' },
    })),
  )
  const registered: string[] = []
  while ((await injected(cloud)).some((times) => times < kills / 2)) {
    const emails = Array.from({ length: 5 }, (_, n) => `killed-${registered.length + n}@example.com`)
    registered.push(...emails)
    await Promise.all(emails.map((email) => cloud.register(email)))
    await cloud.skip(3600)
  }
  await cloud.skip(3600)
  const ofThese = (events: CustomerEvent[]) =>
    once(events).filter(({ detail }) => detail.address?.startsWith('killed-'))
  const announced = ofThese(await queued())
  const of = (type: string) => announced.filter((event) => event['detail-type'] === type)
  expect(
    of('Customer Registered')
      .map(({ detail }) => detail.address)
      .sort(),
  ).toEqual([...registered].sort())
  // Of those whose day has passed meanwhile.
  expect(new Set(typesOf(announced))).toEqual(new Set(['Customer Registered', ...typesOf(of('Customer Reminded'))]))
  expect(
    ofThese(heard())
      .map(({ detail }) => detail.eventId)
      .sort(),
  ).toEqual(announced.map(({ detail }) => detail.eventId).sort())
})

test('the whole local cloud is killed at any moment: what was registered is announced', async () => {
  const registered: string[] = []
  for (let kill = 0; kill < 5; kill++) {
    const email = `system-${kill}@example.com`
    const answered = cloud.register(email).then(
      ({ status }) => status === 202,
      () => false,
    )
    // From before the request is read to after the events are on the bus.
    await new Promise((resolve) => setTimeout(resolve, kill * 150))
    await cloud.kill()
    if (await answered) registered.push(email)
    await cloud.start()
  }
  await cloud.skip(3600)
  const announced = once(heard()).filter(({ detail }) => detail.address?.startsWith('system-'))
  const stored = await addressesStored()
  expect(announced.map(({ detail }) => detail.address).sort()).toEqual(
    stored.filter((email) => email.startsWith('system-')).sort(),
  )
  expect(stored).toEqual(expect.arrayContaining(registered))
})
