import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { json, text } from 'node:stream/consumers'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type Fate, hiddenMinutes, type Plan, redeliver } from '@confirmation-reminder/cli/webhook/redeliver'
import { run } from '@confirmation-reminder/cli/webhook/run'
import { examples } from '@confirmation-reminder/contracts/examples'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { webhookHeader, webhookPlaceholder } from '@confirmation-reminder/contracts/webhook'
import { LocalCloud } from '../local-cloud.ts'
import { setFaults } from '../lost-evidence.ts'
import synthesise, { stackOf } from '../synthesise.ts'

/*
 * The commands for a stage's webhook, which is a server of this test, against the stack that Terraform would deploy.
 */

const [event] = Object.values(examples.events)
const busName = resourceName('dev', 'events')
const QueueUrl = resourceName('dev', 'webhook-dead')

/** What the webhook was called with, and the status that it answers. */
const calls: { eventId: string; secret: unknown; status: number }[] = []
let status = 204
let folder: string
let server: Server
let cloud: LocalCloud
let eventBridge: EventBridgeClient
let sqs: SQSClient

function connect(): void {
  eventBridge?.destroy()
  sqs?.destroy()
  eventBridge = new EventBridgeClient(cloud.client)
  sqs = new SQSClient(cloud.client)
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { detail } = (await json(request)) as { detail: { eventId: string } }
    calls.push({ eventId: detail.eventId, secret: request.headers[webhookHeader], status })
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-webhook-'))
  const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/customers`
  await synthesise(folder, 'src/test/changed-settings.ts', { dev: { events: { webhook } } })
  cloud = await LocalCloud.start(stackOf('dev', folder))
  connect()
})
beforeEach(async () => {
  status = 204
  await setFaults(cloud)
  // SQS purges a queue once a minute. The skip also ends the deliveries of the test before.
  await cloud.skip(60)
  calls.length = 0
  await sqs.send(new PurgeQueueCommand({ QueueUrl }))
})
afterAll(async () => {
  eventBridge?.destroy()
  sqs?.destroy()
  await cloud?.dispose()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

const environmentOf = ({ cloudUrl }: LocalCloud) => ({ AWS_ENDPOINT_URL: cloudUrl })

/** Runs the command in this process. Without `stdin`, standard input is a terminal. */
async function ran(line: string, { stdin, at = cloud }: { stdin?: string; at?: LocalCloud } = {}) {
  const lines = { stdout: [] as string[], stderr: [] as string[] }
  const code = await run([...line.split(' '), '--stage', 'local'], {
    environment: environmentOf(at),
    stdin: Object.assign(Readable.from(stdin === undefined ? [] : [stdin]), { isTTY: stdin === undefined }),
    output: { log: (one: string) => lines.stdout.push(one), error: (one: string) => lines.stderr.push(one) },
    signalOfInterruption: () => new AbortController().signal,
  })
  return { code, ...lines }
}

/** Starts the command as its users do. */
function start(action: string) {
  const main = join(__dirname, '../../packages/cli/src/webhook/main.ts')
  const env = { ...process.env, ...environmentOf(cloud) }
  return spawn(process.execPath, ['--import', 'tsx', main, action, '--stage', 'local'], { env })
}

/** Puts events with these ids on the bus, and waits until the webhook has been called. */
async function happen(...eventIds: string[]): Promise<void> {
  for (let start = 0; start < eventIds.length; start += 10) {
    const Entries = eventIds.slice(start, start + 10).map((eventId) => ({
      EventBusName: busName,
      Source: event?.source,
      DetailType: event?.['detail-type'],
      Detail: JSON.stringify({ ...event?.detail, eventId }),
    }))
    await eventBridge.send(new PutEventsCommand({ Entries }))
  }
  await settle()
}

/** Every delivery that is due has been tried. */
const settle = () => cloud.skip(1)

const idsHeard = () => calls.filter((call) => call.status < 300).map(({ eventId }) => eventId)
const idsOf = (name: string, amount: number) => Array.from({ length: amount }, (_, n) => `${name}-${n}`)
/** What becomes of all messages of the queue. */
async function fatesOf(replaced: Partial<Plan> = {}, afterBatch: () => Promise<unknown> = async () => {}) {
  const { signal } = new AbortController()
  const fates: Fate[] = []
  for await (const batch of redeliver({ eventBridge, sqs, busName, queueUrl: QueueUrl, signal, ...replaced })) {
    fates.push(...batch)
    await afterBatch()
  }
  return fates.sort((a, b) => b.fate.localeCompare(a.fate))
}

/** The bodies of up to ten messages that are in the queue, which stay visible. */
async function visible(): Promise<string[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  )
  return Messages.map(({ Body = '' }) => Body)
}

describe('secret', () => {
  const secretHeard = async () => {
    calls.length = 0
    await happen('asks-for-the-secret')
    return calls.map(({ secret }) => secret)
  }

  test('makes one, prints it once and says what to do with it; deploying again keeps it', async () => {
    expect(await secretHeard()).toEqual([webhookPlaceholder])
    const made = await ran('secret')
    const [secret = ''] = made.stdout
    expect(made).toEqual({
      code: 0,
      stdout: [expect.stringMatching(/^[\w-]{43}$/)],
      stderr: [expect.stringMatching(/^Keep this secret where the webhook of local reads it.* x-webhook-secret/)],
    })
    expect(made.stderr.join()).not.toContain(secret)
    expect(await secretHeard()).toEqual([secret])
    await cloud.terminate()
    await cloud.start()
    connect()
    expect(await secretHeard()).toEqual([secret])
    expect((await ran('secret')).stdout).not.toEqual([secret])
  })

  test('sets the one on standard input, and does not print it', async () => {
    const child = start('secret')
    child.stdin.end('correct-horse-battery-staple\n')
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('EventBridge now calls the webhook of local with the given secret.\n')
    expect(stderr).not.toContain('correct-horse')
    expect(await secretHeard()).toEqual(['correct-horse-battery-staple'])
  })

  test.each(['', 'short', 'two words are not a secret'])('refuses "%s", and changes nothing', async (stdin) => {
    const before = await secretHeard()
    expect(await ran('secret', { stdin })).toMatchObject({
      code: 1,
      stdout: [],
      stderr: [
        'Reading the secret from standard input.',
        expect.stringMatching(/tandard input (has no secret|must have)/),
      ],
    })
    expect(await secretHeard()).toEqual(before)
  })

  test('says that credentials lack the permission', async () => {
    await setFaults(cloud, {
      ...{ service: 'events', action: 'UpdateConnection', kind: 'error', error: 'AccessDeniedException', times: 1 },
    })
    expect(await ran('secret')).toMatchObject({
      code: 1,
      stdout: [],
      stderr: [expect.stringMatching(/^These credentials may not change the webhook/)],
    })
  })
})

describe('redeliver', () => {
  test('delivers what the webhook refused or did not take for a day, each once, and counts it before', async () => {
    status = 404
    const refused = idsOf('refused', 12)
    await happen(...refused)
    status = 500
    await happen('fails')
    await cloud.skipDays(2)
    status = 204
    expect(await ran('redeliver --dry-run')).toEqual({
      code: 0,
      stdout: ['13 events would be delivered again.'],
      stderr: [],
    })
    await settle()
    expect(idsHeard()).toEqual([])

    expect(await ran('redeliver')).toEqual({ code: 0, stdout: ['13 events delivered again'], stderr: [] })
    await settle()
    expect(idsHeard().sort()).toEqual([...refused, 'fails'].sort())
    expect(await ran('redeliver')).toEqual({ code: 0, stdout: ['0 events delivered again'], stderr: [] })
  })

  test('delivers an event once, though the webhook refuses it again', async () => {
    status = 404
    const ids = idsOf('refused-again', 3)
    await happen(...ids)
    // After each batch, those that were delivered are in the queue again.
    const fates = await fatesOf({}, settle)
    expect(fates.map(({ fate }) => fate).sort()).toEqual([
      ...ids.map(() => 'delivered'),
      ...ids.map(() => 'refusedAgain'),
    ])
    expect(calls.map(({ eventId }) => eventId).sort()).toEqual([...ids, ...ids].sort())
    expect(await visible()).toHaveLength(3)
  })

  test('leaves a message that is no event, names it, and others can read it at once', async () => {
    status = 404
    await happen('an-event')
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no event' }))
    status = 204
    expect(await ran('redeliver')).toEqual({
      code: 3,
      stdout: ['1 event delivered again, 1 message left that is no event'],
      stderr: [`Message ${sent.MessageId} is no event about a customer, and stays in the queue: it is not JSON.`],
    })
    expect(await visible()).toEqual(['no event'])
  })

  test('leaves what the bus does not take, and others can read it at once', async () => {
    status = 404
    await happen('stays')
    await setFaults(cloud, {
      ...{ service: 'events', action: 'PutEvents', kind: 'error', error: 'AccessDeniedException', times: 1 },
    })
    expect(await ran('redeliver')).toEqual({
      code: 1,
      stdout: [],
      stderr: [expect.stringMatching(/^These credentials may not change the webhook or its queue/)],
    })
    expect((await visible()).map((body) => JSON.parse(body).detail.eventId)).toEqual(['stays'])
  })

  test('deletes only what the bus has accepted of a request, and names the rest', async () => {
    status = 404
    await happen('accepted', 'not-accepted')
    // A bus that is in trouble: no fault of the local cloud refuses a part of a request.
    const bus = createServer(async (request, response) => {
      const { Entries } = (await json(request)) as { Entries: { Detail: string }[] }
      const answers = Entries.map(({ Detail }) =>
        JSON.parse(Detail).eventId === 'accepted'
          ? { EventId: 'new' }
          : { ErrorCode: 'InternalFailure', ErrorMessage: 'later' },
      )
      response.setHeader('content-type', 'application/x-amz-json-1.1')
      response.end(JSON.stringify({ FailedEntryCount: 1, Entries: answers }))
    })
    await new Promise<void>((resolve) => bus.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(bus.address() as AddressInfo).port}`
    const client = new EventBridgeClient({ ...cloud.client, endpoint })
    expect(await fatesOf({ eventBridge: client })).toEqual([
      { fate: 'notAccepted', messageId: expect.any(String), why: 'InternalFailure: later' },
      { fate: 'delivered' },
    ])
    expect((await visible()).map((body) => JSON.parse(body).detail.eventId)).toEqual(['not-accepted'])
    client.destroy()
    await new Promise((resolve) => bus.close(resolve))
  })

  test('stops between two requests when it is interrupted', async () => {
    status = 404
    await happen(...idsOf('interrupted', 12))
    status = 204
    const interruption = new AbortController()
    const fates = await fatesOf({ signal: interruption.signal }, async () => interruption.abort())
    expect(fates).toEqual(Array(10).fill({ fate: 'delivered' }))
    expect(await visible()).toHaveLength(2)
  })

  test('killed before it deletes, loses nothing: the next one waits for what it had, and delivers that again', async () => {
    status = 404
    const ids = idsOf('killed', 4)
    await happen(...ids)
    status = 204
    // Longer than this test lasts by the clock of the cloud.
    await setFaults(cloud, {
      ...{ service: 'sqs', action: 'DeleteMessageBatch', kind: 'latency', latencyMilliseconds: 86_400_000, rate: 1 },
    })
    const heard = once(server, 'request')
    const child = start('redeliver')
    await heard
    child.kill('SIGKILL')
    await once(child, 'close')
    await setFaults(cloud)

    expect(await ran('redeliver')).toEqual({
      code: 3,
      stdout: ['0 events delivered again'],
      stderr: [expect.stringMatching(/^4 messages in the queue cannot be read now:.* again in 10 minutes\.$/)],
    })
    await cloud.skip(hiddenMinutes * 60)
    expect(await ran('redeliver')).toEqual({ code: 0, stdout: ['4 events delivered again'], stderr: [] })
    await settle()
    expect(idsHeard().sort()).toEqual([...ids, ...ids].sort())
  })
})

test('a stage without a webhook says how to add one', async () => {
  const without = await LocalCloud.start()
  try {
    for (const action of ['secret', 'redeliver', 'redeliver --dry-run']) {
      expect(await ran(action, { at: without })).toEqual({
        code: 1,
        stdout: [],
        stderr: [
          expect.stringMatching(/^The stage local has no webhook.* events\.webhook of dev in infra\/src\/settings\.ts/),
        ],
      })
    }
  } finally {
    await without.dispose()
  }
})
