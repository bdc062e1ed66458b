import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import type { Service } from '../core/service.ts'
import { gatewayFor } from './test/start-gateway.ts'

const calls: string[] = []
const service = (...names: string[]): Service => ({
  actions: Object.fromEntries(names.map((name) => [name, async () => ({ done: calls.push(name) })])),
})
let gateway: Awaited<ReturnType<typeof gatewayFor>>
beforeAll(async () => {
  const [states, ses, lambda] = [service('StopExecution'), service('SendEmail'), service('ListFunctions', 'Invoke')]
  gateway = await gatewayFor({ states, ses, lambda, dynamodb: service('PutItem') })
})
afterAll(() => gateway.stop())
beforeEach(() => calls.splice(0))

/** Everything that comes back for these bytes, of which no more follow, until the connection is closed. */
const send = (...bytes: (string | Uint8Array)[]) => exchange(bytes, { end: true })

/** The same for requests of which the last asks to close the connection. */
const ask = (...bytes: (string | Uint8Array)[]) => exchange(bytes, { end: false })

async function exchange(bytes: (string | Uint8Array)[], { end }: { end: boolean }): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1')
  await once(socket, 'connect')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  const closed = once(socket, 'close')
  for (const part of bytes) socket.write(part)
  if (end) socket.end()
  await closed
  return Buffer.concat(chunks).toString()
}

const authorizationFor = (name: string) =>
  `AWS4-HMAC-SHA256 Credential=any/20261123/eu-central-1/${name}/aws4_request, SignedHeaders=host, Signature=00`
const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`
const stop = (...headers: string[]) => [
  'POST / HTTP/1.1',
  `Authorization: ${authorizationFor('states')}`,
  'X-Amz-Target: AWSStepFunctions.StopExecution',
  'Content-Length: 2',
  ...headers,
]
const statusesOf = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

test('an allowed request is done', async () => {
  expect(statusesOf(await send(lines(...stop('Host: 127.0.0.1')), '{}'))).toEqual([200])
  expect(calls).toEqual(['StopExecution'])
})

test.each([
  ['no host', []],
  ['another host', ['Host: evil.example']],
  ['two hosts', ['Host: 127.0.0.1', 'Host: evil.example']],
  ['a host with user-info', ['Host: evil.example@127.0.0.1']],
  ['a foreign origin', ['Host: 127.0.0.1', 'Origin: http://evil.example']],
  ['no origin that it names', ['Host: 127.0.0.1', 'Origin: null']],
  ['its own and a foreign origin', ['Host: 127.0.0.1', 'Origin: http://127.0.0.1', 'Origin: http://evil.example']],
  ['another site', ['Host: 127.0.0.1', 'Sec-Fetch-Site: cross-site']],
  ['a sibling site', ['Host: localhost', 'Sec-Fetch-Site: same-site']],
])('a signed request with %s is refused in the shape of its protocol', async (_, headers) => {
  const answer = await send(lines(...stop(...headers)), '{}')
  expect(statusesOf(answer)).toEqual([403])
  expect(answer).toContain('"__type":"AccessDeniedException"')
  expect(answer.toLowerCase()).not.toContain('access-control-')
  expect(calls).toEqual([])
})

test.each([
  ['a whole URL', lines('GET http://127.0.0.1/_local/mails HTTP/1.1', 'Host: 127.0.0.1')],
  ['a whole URL of another host', lines('GET http://evil.example/_local/mails HTTP/1.1', 'Host: 127.0.0.1')],
  ['a host and no path', lines('OPTIONS * HTTP/1.1', 'Host: 127.0.0.1')],
  ['a tunnel', lines('CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443')],
  [
    'a web socket from a page',
    lines('GET /_local/mails HTTP/1.1', 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Origin: null'),
  ],
  [
    'a preflight',
    lines(
      'OPTIONS /_local/clock HTTP/1.1',
      'Host: 127.0.0.1',
      'Origin: http://evil.example',
      'Access-Control-Request-Method: POST',
      'Access-Control-Request-Private-Network: true',
    ),
  ],
  ['HTTP/1.0 without a host', 'GET /_local/mails HTTP/1.0\r\n\r\n'],
])('%s is refused with a reason', async (_, request) => {
  const answer = await send(request)
  expect(statusesOf(answer)).toEqual([403])
  expect(answer).toMatch(/\r\n\r\n\{.*\}/)
  expect(answer.toLowerCase()).not.toContain('access-control-')
})

test('each request in a connection is checked', async () => {
  const fine = `${lines(...stop('Host: 127.0.0.1'))}{}`
  const foreign = `${lines(...stop('Host: 127.0.0.1', 'Origin: http://evil.example'))}{}`
  const last = `${lines(...stop('Host: evil.example', 'Connection: close'))}{}`
  expect(statusesOf(await ask(fine, foreign, fine, last))).toEqual([200, 403, 200, 403])
  expect(calls).toHaveLength(2)
})

test('a body that contains another request is only a body', async () => {
  const inner = `${lines(...stop('Host: 127.0.0.1'))}{}`
  const outer = lines('POST / HTTP/1.1', 'Host: evil.example', `Content-Length: ${Buffer.byteLength(inner)}`)
  expect(statusesOf(await send(outer, inner))).toEqual([403])
  expect(calls).toEqual([])
})

test.each([
  ['two lengths', lines(...stop('Host: 127.0.0.1', 'Content-Length: 40')), '{}'],
  ['a length and chunks', lines(...stop('Host: 127.0.0.1', 'Transfer-Encoding: chunked')), '0\r\n\r\n{}'],
  [
    'a chunk without its length',
    lines(
      ...stop('Host: 127.0.0.1').filter((line) => !line.startsWith('Content')),
      'Transfer-Encoding: chunked',
    ).replace(/\r\n\r\n(?=Transfer)/, '\r\n'),
    'xyz\r\n{}\r\n',
  ],
  ['a header without a colon', lines(...stop('Host: 127.0.0.1', 'nonsense')), '{}'],
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00', ''],
  ['half a header', 'GET / HTTP/1.1\r\nHos', ''],
  ['half a body', lines(...stop('Host: 127.0.0.1').map((line) => line.replace('Length: 2', 'Length: 20'))), '{"a'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ''],
])('%s gets a response instead of a closed connection', async (_, head, body) => {
  const answer = await send(head, body)
  expect(statusesOf(answer)).toEqual([400])
  expect(answer).toContain('"__type":"SerializationException"')
  expect(calls).toEqual([])
})

test('headers that are too long get a response instead of a closed connection', async () => {
  const answer = await send(lines('GET / HTTP/1.1', 'Host: 127.0.0.1', `X: ${'x'.repeat(20_000)}`))
  expect(statusesOf(answer)).toEqual([431])
  expect(answer).toContain('RequestHeaderSectionTooLarge')
})

test('connections that send nothing, or half a header, keep no other request from its response', async () => {
  const idle = await Promise.all(
    Array.from({ length: 400 }, async (_, n) => {
      const socket = connect(gateway.port, '127.0.0.1')
      await once(socket, 'connect')
      if (n % 2 === 0) socket.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ')
      return socket
    }),
  )
  const requests = Array.from({ length: 50 }, () => `${lines(...stop('Host: 127.0.0.1'))}{}`)
  const last = `${lines(...stop('Host: 127.0.0.1', 'Connection: close'))}{}`
  expect(statusesOf(await ask(...requests, last))).toEqual(Array.from({ length: 51 }, () => 200))
  for (const socket of idle) socket.destroy()
})

describe('every input gets a response', () => {
  const alive = async () => {
    expect(statusesOf(await send(lines(...stop('Host: 127.0.0.1')), '{}'))).toEqual([200])
    expect(gateway.logged).toEqual([])
  }

  test('to any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const answer = await send(bytes)
        for (const status of statusesOf(answer)) expect(status).toBeLessThan(500)
        // A line break before a request is nothing yet.
        if (!/^[\r\n]+$/.test(Buffer.from(bytes).toString('latin1'))) expect(answer).toMatch(/^HTTP\/1\.1 /)
      }),
    )
    await alive()
  })

  const name = fc.constantFrom('states', 'ses', 'lambda', 'dynamodb', 'monitoring', 's3', '__proto__', 'constructor')
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE')
  const path = fc.oneof(
    fc.constantFrom('/', '/2015-03-31/functions', '/2015-03-31/functions/%ff/invocations', '/%', '//x', '/_local/a'),
    fc.webPath().map((text) => `/${text}`),
    fc.webQueryParameters().map((text) => `/?${text}`),
  )
  const text = fc.string({ unit: fc.constantFrom(...'{}[]":,\\=&%.+member1aé') })
  const body = fc.oneof(text, fc.json(), fc.uint8Array(), fc.constant('Action=SendEmail&a.__proto__.b=c'))
  const header = fc.constantFrom(
    'X-Amz-Target: A.StopExecution',
    'X-Amz-Target: A.__proto__',
    'X-Amz-Target: PutItem',
    'X-Amz-Date: 99999999T999999Z',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Type: application/json',
    'Content-Encoding: gzip',
    'Content-Encoding: br',
    'Expect: 100-continue',
    '__proto__: x',
    'constructor: x',
    'X-Amz-Invocation-Type: Event',
    'X-HTTP-Method-Override: DELETE',
    'Range: bytes=0-',
  )

  test('to any request that is signed', async () => {
    await fc.assert(
      fc.asyncProperty(
        name,
        method,
        path,
        fc.array(header, { maxLength: 4 }),
        body,
        async (to, verb, at, more, sent) => {
          const length = `Content-Length: ${Buffer.byteLength(sent)}`
          const head = [`${verb} ${at} HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: ${authorizationFor(to)}`, length]
          const answer = await ask(lines(...head, ...more, 'Connection: close'), sent)
          const statuses = statusesOf(answer).filter((status) => status !== 100)
          expect(statuses).toHaveLength(1)
          expect(statuses[0]).toBeLessThan(500)
        },
      ),
      { numRuns: 300 },
    )
    await alive()
  })
})
