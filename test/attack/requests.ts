import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { concurrently } from '../concurrently.ts'
import { Random } from '../kill-test/random.ts'
import type { LocalCloud } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'
import { damagedBytes, encoded, malformedForm, malformedJson, pick } from './mutations.ts'
import {
  apiRequests,
  controlRequests,
  formRequests,
  jsonRequests,
  type Resources,
  restRequests,
} from './valid-requests.ts'

/** A request as it is sent. */
interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}

// Only ends what hangs.
const patienceMs = 120_000
// Fewer than the local cloud runs of one function at a time.
const atOnce = 4

/** The protocols in which malformed requests come. */
export const protocols = ['json', 'form', 'rest', 'api', 'control', 'http'] as const
export type Protocol = (typeof protocols)[number]

/** What a local cloud has that requests can name. */
async function resourcesIn(cloud: LocalCloud): Promise<Resources> {
  const { status } = await cloud.register('ada@example.com')
  if (status !== 202) throw new Error(`The API answers ${status}.`)
  const states = new SFNClient(cloud.client)
  const stateMachine = await stateMachineOf(states)
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn: stateMachine }))
  const sqs = new SQSClient(cloud.client)
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
  const [QueueUrl] = QueueUrls
  const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  const { Topics = [] } = await new SNSClient(cloud.client).send(new ListTopicsCommand({}))
  const { MetricAlarms = [] } = await new CloudWatchClient(cloud.client).send(new DescribeAlarmsCommand({}))
  const { Functions = [] } = await new LambdaClient(cloud.client).send(new ListFunctionsCommand({}))
  const resources = {
    stateMachine,
    execution: executions[0]?.executionArn,
    queue: QueueUrl,
    queueArn: found.Attributes?.QueueArn,
    topic: Topics[0]?.TopicArn,
    alarm: MetricAlarms[0]?.AlarmName,
    functionName: Functions.find(({ FunctionName }) => FunctionName?.endsWith('failures'))?.FunctionName,
    sender: (await cloud.mails())[0]?.from,
  }
  const missing = Object.entries(resources).find(([, value]) => !value)
  if (missing) throw new Error(`The local cloud has no ${missing[0]}.`)
  return resources as Resources
}

/** The table of the requests to DynamoDB: few of the malformed ones would make it. */
async function createTable(cloud: LocalCloud, resources: Resources): Promise<void> {
  const create = jsonRequests(resources).find(({ target }) => target.endsWith('.CreateTable'))
  await new DynamoDBClient(cloud.client).send(new CreateTableCommand(create?.input as CreateTableCommandInput))
}

const credential = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=any/20261127/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=00`
const form = 'application/x-www-form-urlencoded'
const services = ['dynamodb', 'lambda', 'logs', 'monitoring', 'ses', 'sns', 'sqs', 'states', 's3', '__proto__', 'x']

/** A malformed request of each protocol but raw HTTP. */
function generatorOf(protocol: Exclude<Protocol, 'http'>, resources: Resources): (random: Random) => Sent {
  if (protocol === 'json') {
    const valid = jsonRequests(resources)
    return (random) => {
      const { service, target, input } = pick(valid, random)
      return strangely(random, {
        method: 'POST',
        path: '/',
        headers: {
          authorization: credential(random.next() < 0.02 ? pick(services, random) : service),
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': random.next() < 0.02 ? `${target}x.__proto__` : target,
        },
        body: Buffer.from(malformedJson(input, random)),
      })
    }
  }
  if (protocol === 'form') {
    const valid = formRequests(resources)
    return (random) => {
      const { service, fields } = pick(valid, random)
      return strangely(random, {
        method: 'POST',
        path: '/',
        headers: {
          authorization: credential(random.next() < 0.02 ? pick(services, random) : service),
          'content-type': form,
        },
        body: Buffer.from(malformedForm(fields, random)),
      })
    }
  }
  if (protocol === 'rest') {
    const valid = restRequests(resources)
    return (random) => {
      const { method, path, input } = pick(valid, random)
      return strangely(random, {
        method,
        path: malformedPath(path, random),
        headers: { authorization: credential('lambda'), 'content-type': 'application/json' },
        body: input ? Buffer.from(malformedJson(input, random)) : Buffer.alloc(0),
      })
    }
  }
  if (protocol === 'api') {
    return (random) => {
      const valid = pick(apiRequests, random)
      const body = 'body' in valid ? valid.body : undefined
      const isForm = 'type' in valid && valid.type === form
      const text =
        body && (isForm ? malformedForm({ ...body } as Record<string, string>, random) : malformedJson(body, random))
      return strangely(random, {
        method: valid.method,
        path: malformedPath(valid.path, random),
        headers: 'type' in valid ? { 'content-type': valid.type } : {},
        body: Buffer.from(text ?? ''),
      })
    }
  }
  return (random) => {
    const valid = pick(controlRequests, random)
    return strangely(random, {
      method: valid.method,
      path: malformedPath(valid.path, random),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('body' in valid ? malformedJson(valid.body, random) : ''),
    })
  }
}

/** The request, in one of ten cases with another method, a header that it should not have, or a damaged body. */
function strangely(random: Random, { method, path, headers, body }: Sent): Sent {
  const more: Record<string, string> = random.next() < 0.06 ? pick(strangeHeaders, random) : {}
  const other =
    random.next() < 0.02 ? pick(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE'], random) : method
  return { method: other, path, headers: { ...headers, ...more }, body: damagedBytes(body, random) }
}

const strangeHeaders: readonly Record<string, string>[] = [
  { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
  { 'content-type': 'multipart/form-data; boundary=' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'text/plain, application/json' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'br' },
  { 'x-amz-target': '' },
  { 'x-amz-target': 'A.constructor' },
  { 'x-amz-date': '99999999T999999Z' },
  { 'x-amz-invocation-type': 'Event' },
  { 'x-amz-invocation-type': '__proto__' },
  { 'x-amz-log-type': 'Tail' },
  { 'x-amz-client-context': '*' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': `${'1.2.3.4, '.repeat(500)}x` },
  { expect: '100-continue' },
  { range: 'bytes=9-1' },
  { cookie: '__proto__=1; =; a' },
  { __proto__x: 'x', constructor: 'x' },
]

function malformedPath(path: string, random: Random): string {
  if (random.next() < 0.5) return path
  const steps = path.split(/(?=[/?&=])/)
  const at = random.whole(0, steps.length - 1)
  const mark = /^[/?&=]/.exec(steps[at] ?? '')?.[0] ?? ''
  const strange = [
    '',
    '%',
    '%ff',
    '%00',
    '%2f..%2f',
    '..',
    '.',
    encoded('__proto__'),
    encoded('é'),
    '%ED%A0%80',
    '-1',
    '1e9',
  ]
  steps[at] = mark + pick([...strange, ...(random.next() < 0.1 ? ['x'.repeat(8000)] : [])], random)
  if (random.next() < 0.2)
    steps.push(pick(['?x', '&x=%', '/', '//', '#x', '?__proto__=x', '&MaxItems=-1', '&Qualifier=%00'], random))
  return `/${steps.join('').replace(/^\/+/, '')}`
}

interface Answer {
  status: number
  text: string
  /** Whether it is the error of a function, which contains its stack on AWS too. */
  ofFunction?: boolean
}

/** What malformed requests have come to. */
export interface Outcome {
  sent: number
  /** How many were answered with each status; 0 is a connection that was closed. */
  statuses: Map<number, number>
  /** What must not be, in sentences, each with the request. */
  wrongs: string[]
}

/**
 * Sends a number of malformed requests. The seed decides which.
 * - No response has a status of 500 or more, and each request gets one, or a closed connection if it is not HTTP.
 * - Afterwards a good request is answered, and the log reports no failure of the local cloud.
 */
export async function attackWith(
  protocol: Protocol,
  cloud: LocalCloud,
  { cases, seed, progress = () => {} }: { cases: number; seed: number; progress?: (sent: number) => void },
): Promise<Outcome> {
  const resources = await resourcesIn(cloud)
  const outcome: Outcome = { sent: 0, statuses: new Map(), wrongs: [] }
  if (protocol === 'json') await createTable(cloud, resources)
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const target = new URL(protocol === 'api' ? cloud.apiUrl : cloud.cloudUrl)
  const malformed = protocol === 'http' ? undefined : generatorOf(protocol, resources)
  await concurrently(
    Array.from({ length: cases }, (_, n) => n),
    atOnce,
    async (n) => {
      // A seed of its own, so that each can be repeated without the others.
      const random = new Random(seed * 1_000_003 + n)
      const sent = malformed ? malformed(random) : rawRequest(random, n % 2 === 0)
      const url = Buffer.isBuffer(sent) && n % 2 === 0 ? new URL(cloud.apiUrl) : target
      const answer = await (Buffer.isBuffer(sent) ? exchange(url, sent) : ask(url, agent, sent)).catch(
        (error: Error): Answer => ({ status: -1, text: error.message }),
      )
      outcome.statuses.set(answer.status, (outcome.statuses.get(answer.status) ?? 0) + 1)
      outcome.sent += 1
      progress(outcome.sent)
      const stack = /(\n|\\n) {4}at /.test(answer.text) && !answer.ofFunction
      if (answer.status < 0 || answer.status >= 500 || stack) {
        outcome.wrongs.push(`${n}: ${answer.status} ${answer.text.slice(0, 300)} for ${shown(sent)}`)
      }
    },
  )
  agent.destroy()
  if (!cloud.alive) outcome.wrongs.push(`It has ended. It printed: ${cloud.output.slice(-2000)}`)
  else {
    await cloud.control('PUT', 'faults', [])
    const { status } = await cloud.register('good@example.com')
    if (status !== 202) outcome.wrongs.push(`A good request gets ${status} afterwards.`)
  }
  const failures = cloud.output.match(/^.*(?: failed on |UnhandledPromise|Uncaught).*\n.*\n.*/gm) ?? []
  for (const failure of new Set(failures)) outcome.wrongs.push(`It logged: ${failure.slice(0, 600)}`)
  return outcome
}

/** A request, with what it repeats written once. */
function shown(sent: Sent | Buffer): string {
  const { method, path, headers, body } = Buffer.isBuffer(sent)
    ? { method: '', path: '', headers: {}, body: sent }
    : sent
  const all = `${method} ${path} ${JSON.stringify(headers)} ${JSON.stringify(body.toString('latin1'))}`
  return all.replace(/(.{1,8}?)\1{20,}/g, '$1…').slice(0, 1000)
}

function ask(url: URL, agent: Agent, { method, path, headers, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = url
    const length = body.length > 0 ? { 'content-length': body.length } : {}
    const sent = request({ hostname, port, agent, method, path, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const { statusCode = 0, headers } = response
        const ofFunction = headers['x-amz-function-error'] !== undefined
        resolve({ status: statusCode, text: Buffer.concat(chunks).toString(), ofFunction })
      })
      response.on('error', reject)
    })
    sent.setTimeout(patienceMs, () => sent.destroy(new Error('no answer')))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Sends bytes and no more. Resolves with the status of the first response; 0 if there is none. */
async function exchange({ hostname, port }: URL, bytes: Buffer): Promise<Answer> {
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  let hung = false
  socket.setTimeout(patienceMs, () => {
    hung = true
    socket.destroy()
  })
  // The other side may close it while this one still writes.
  socket.on('error', () => {})
  socket.end(bytes)
  await new Promise((closed) => socket.once('close', closed))
  const text = Buffer.concat(chunks).toString('latin1')
  if (hung) throw new Error('no answer')
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
  return { status: Math.max(0, ...statuses), text }
}

/** A request that is hardly HTTP: of a valid one, one to four lines are changed, and maybe some bytes. */
function rawRequest(random: Random, forApi: boolean): Buffer {
  const valid = forApi
    ? ['POST /registrations HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json', 'Content-Length: 2']
    : [
        'POST / HTTP/1.1',
        'Host: 127.0.0.1',
        `Authorization: ${credential('states')}`,
        'X-Amz-Target: AWSStepFunctions.ListStateMachines',
        'Content-Length: 2',
      ]
  let lines = [...valid]
  let body = '{}'
  for (let times = random.whole(1, 4); times > 0; times -= 1) {
    const at = random.whole(0, lines.length - 1)
    const luck = random.next()
    if (luck < 0.25) lines.splice(at, 0, pick(strangeLines, random))
    else if (luck < 0.4) lines.splice(at, 1)
    else if (luck < 0.5) lines.splice(at, 0, lines[at] ?? '')
    else if (luck < 0.7) lines[0] = pick(strangeFirstLines, random)
    else if (luck < 0.8) {
      lines = [...lines.filter((line) => !line.startsWith('Content-Length')), 'Transfer-Encoding: chunked']
      body = pick(strangeChunks, random)
    } else if (luck < 0.9) body = pick(['', '{', `{}${valid.join('\r\n')}\r\n\r\n{}`, 'x'.repeat(100_000)], random)
    else lines[at] = (lines[at] ?? '').replace(/: ?/, pick([':', ' : ', ':\t', ':\u0000', ': \r', '\n', ';'], random))
  }
  const end = random.next() < 0.1 ? pick(['\n', '\r', '\n\r', '\u0000\r\n', ' \r\n'], random) : '\r\n'
  return damagedBytes(Buffer.from(`${lines.join(end)}${end}${end}${body}`, 'latin1'), random)
}

const strangeLines = [
  ...[
    'Host: evil.example',
    'Host:',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999',
    'Content-Length: 1e3',
  ],
  ...['Content-Length: 5', 'Content-Length: 0x2', 'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip, chunked'],
  ...['Transfer-Encoding: identity', 'Transfer-Encoding : chunked', 'Connection: upgrade\r\nUpgrade: websocket'],
  ...[
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c',
    'Connection: close, close',
    'Expect: 100-continue',
    'Expect: x',
  ],
  ...[' folded: line', '\tfolded', ': no name', 'no colon', '__proto__: x', 'a b: c', `X: ${'x'.repeat(9_000)}`],
  ...[
    `X: ${'x'.repeat(20_000)}`,
    Array.from({ length: 150 }, (_, n) => `X-${n}: y`).join('\r\n'),
    'X: \u0000',
    'X: \u00ff',
  ],
  ...['Origin: null', 'Cookie: =;;=', 'Content-Encoding: gzip', 'Trailer: Content-Length', 'TE: trailers, deflate'],
]
const strangeFirstLines = [
  ...['GET / HTTP/1.0', 'GET / HTTP/0.9', 'GET / HTTP/2.0', 'GET /', 'GET', '', 'PRI * HTTP/2.0', 'GET  / HTTP/1.1'],
  ...['POST http://127.0.0.1/ HTTP/1.1', 'POST //evil/x HTTP/1.1', 'OPTIONS * HTTP/1.1', 'CONNECT x:1 HTTP/1.1'],
  ...['TRACE / HTTP/1.1', 'M-SEARCH * HTTP/1.1', 'BREW / HTTP/1.1', 'get / HTTP/1.1', 'POST /\u0000 HTTP/1.1'],
  ...['POST /% HTTP/1.1', 'POST /\u00e9 HTTP/1.1', 'POST /#x HTTP/1.1', 'POST \\ HTTP/1.1', 'POST /?? HTTP/1.1'],
  ...[
    `GET /${'a'.repeat(9_000)} HTTP/1.1`,
    `GET /${'a'.repeat(70_000)} HTTP/1.1`,
    `GET /?${'a=b&'.repeat(2_000)} HTTP/1.1`,
  ],
  ...[
    'POST /_local/clock HTTP/1.1',
    'POST /_local/__proto__ HTTP/1.1',
    'GET /_local/../ HTTP/1.1',
    'POST /[::1 HTTP/1.1',
  ],
]
const strangeChunks = [
  ...[
    '2\r\n{}\r\n0\r\n\r\n',
    '2\r\n{}\r\n',
    'xyz\r\n{}\r\n0\r\n\r\n',
    '-1\r\n\r\n',
    'ffffffffffffffffff\r\n{}',
    '2;a=b\r\n{}\r\n0\r\n\r\n',
  ],
  ...[
    '3\r\n{}\r\n0\r\n\r\n',
    '2\n{}\n0\n\n',
    '0\r\nX: y\r\n\r\n',
    '0\r\n: \r\n\r\n',
    `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
  ],
  ...[`${'1\r\n{\r\n'.repeat(5_000)}0\r\n\r\n`, '7fffffff\r\n{}', '0x2\r\n{}\r\n0\r\n\r\n', '\r\n\r\n'],
]
