import { request } from 'node:http'
import { AwsError } from '../../core/aws-error.ts'
import { VirtualClock } from '../../core/clock.ts'
import type { Invoke } from '../../core/service.ts'
import type { Cors, StackModel } from '../../core/stack-model.ts'
import { type Api, listenForApi } from './server.ts'

const stack = {
  region: 'eu-central-1',
  accountId: '000000000000',
  api: {
    id: 'abcdef0123',
    name: 'api',
    routes: [
      { key: 'ANY /hello', functionArn: 'hello' },
      { key: 'POST /hello', functionArn: 'post-hello' },
    ],
  },
} as unknown as StackModel

let api: Api
let returned: unknown
let invoked: { arn: string; event: Record<string, unknown> }[]
let failure: Error | undefined
let functionError: 'Unhandled' | undefined
const invoke: Invoke = async (arn, payload) => {
  invoked.push({ arn, event: JSON.parse(payload) })
  if (failure) throw failure
  const answer = { payload: JSON.stringify(returned) ?? '', logTail: '', executedVersion: '1' }
  return functionError ? { ...answer, functionError } : answer
}

beforeAll(async () => {
  api = await listenForApi(0)
})
afterAll(() => api.stop())
beforeEach(() => {
  returned = { statusCode: 204 }
  invoked = []
  failure = functionError = undefined
  api.serve({ stack, invoke, clock: new VirtualClock() })
})

const eventOf = async (path: string, init?: RequestInit) => {
  await fetch(`${api.url}${path}`, init)
  return invoked[0]?.event ?? {}
}
const answerTo = async (value: unknown, init?: RequestInit) => {
  returned = value
  return fetch(`${api.url}/hello`, init)
}

describe('the event', () => {
  test('has exactly the members of payload format 2.0', async () => {
    const event = await eventOf('/hello?a=1&b=%C3%BC&a=2', { headers: { cookie: 'x=1; y=2', 'user-agent': 'jest' } })
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'ANY /hello',
      rawPath: '/hello',
      rawQueryString: 'a=1&b=%C3%BC&a=2',
      cookies: ['x=1', 'y=2'],
      queryStringParameters: { a: '1,2', b: 'ü' },
      headers: expect.objectContaining({ 'user-agent': 'jest', 'x-forwarded-for': '127.0.0.1' }),
      requestContext: {
        accountId: '000000000000',
        apiId: 'abcdef0123',
        domainName: 'abcdef0123.execute-api.eu-central-1.amazonaws.com',
        domainPrefix: 'abcdef0123',
        http: { method: 'GET', path: '/hello', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'jest' },
        requestId: expect.stringMatching(/^.{15}=$/),
        routeKey: 'ANY /hello',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    })
    expect(event.headers).not.toHaveProperty('cookie')
  })

  test('joins repeated headers, under names in lower case', async () => {
    await new Promise((resolve) => {
      request(`${api.url}/hello`, { headers: { 'X-Many': ['a', 'b'] } }, (response) =>
        response.resume().on('end', resolve),
      ).end()
    })
    expect(invoked[0]?.event.headers).toMatchObject({ 'x-many': 'a,b' })
  })

  test.each([
    ['application/json', false],
    ['application/problem+json; charset=utf-8', false],
    ['TEXT/plain', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('carries a body of %s in base64: %s', async (type, encoded) => {
    const event = await eventOf('/hello', { method: 'POST', headers: { 'content-type': type }, body: 'tüv' })
    expect(event.isBase64Encoded).toBe(encoded)
    expect(event.body).toBe(encoded ? Buffer.from('tüv').toString('base64') : 'tüv')
    expect(event.routeKey).toBe('POST /hello')
    expect(invoked[0]?.arn).toBe('post-hello')
  })
})

describe('the answer', () => {
  test('is the response that a function returns', async () => {
    const body = Buffer.from('page').toString('base64')
    const headers = { 'Content-Type': 'text/html', 'X-Number': 1, 'Content-Length': '999' }
    const answer = await answerTo({ statusCode: 202, headers, cookies: ['a=1', 'b=2'], body, isBase64Encoded: true })
    expect(answer.status).toBe(202)
    expect(answer.headers.get('content-type')).toBe('text/html')
    expect(answer.headers.get('x-number')).toBe('1')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(invoked[0]?.event.requestContext).toMatchObject({ requestId: answer.headers.get('apigw-requestid') })
    expect(await answer.text()).toBe('page')
  })

  test('has the date of the virtual clock', async () => {
    const clock = new VirtualClock(86_400_000)
    api.serve({ stack, invoke, clock })
    const before = clock.now()
    const date = Date.parse((await answerTo('hello')).headers.get('date') ?? '')
    expect(date).toBeGreaterThan(before - 1000)
    expect(date).toBeLessThanOrEqual(clock.now())
  })

  test.each([
    [{ status: 'pending' }, '{"status":"pending"}'],
    ['hello', 'hello'],
    [null, 'null'],
    [[1], '[1]'],
  ])('is a 200 with the JSON body %j, which has no status', async (value, text) => {
    const answer = await answerTo(value)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.text()).toBe(text)
  })

  test('to HEAD has no body', async () => {
    const answer = await answerTo({ statusCode: 200, body: 'page' }, { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '4', ''])
  })

  test.each([
    [{ statusCode: 'soon' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: {} }],
    [{ statusCode: 200, headers: { 'X-A': 'b\r\nX-C: d' } }],
    [{ statusCode: 200, cookies: 'a=1' }],
  ])('to %j, which cannot be sent, is 500', async (value) => {
    const answer = await answerTo(value)
    expect([answer.status, await answer.json()]).toEqual([500, { message: 'Internal Server Error' }])
  })

  test('is 500 if the function fails, without its error', async () => {
    functionError = 'Unhandled'
    const answer = await answerTo({ errorMessage: 'secret' })
    expect([answer.status, await answer.json()]).toEqual([500, { message: 'Internal Server Error' }])
  })

  test('is 503 if Lambda throttles', async () => {
    failure = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)
    const answer = await answerTo(null)
    expect([answer.status, await answer.json()]).toEqual([503, { message: 'Service Unavailable' }])
  })

  test('is 404 if no route matches, and no function runs', async () => {
    const answer = await fetch(`${api.url}/nothing`)
    expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }])
    expect(invoked).toEqual([])
  })

  test('is 413 if the event is too large for Lambda', async () => {
    failure = new AwsError('RequestTooLargeException', 'Request must be smaller.', 413)
    const answer = await answerTo(null)
    expect([answer.status, await answer.json()]).toEqual([413, { message: 'Request Entity Too Large' }])
  })

  test.each([
    ['a query', () => fetch(`${api.url}/hello?${'a'.repeat(10_240)}`)],
    ['headers', () => answerTo(null, { headers: { 'x-a': 'a'.repeat(6_000), cookie: 'b'.repeat(6_000) } })],
  ])('is 431 for %s of more than 10,240 bytes, and no function runs', async (_, send) => {
    const answer = await send()
    expect([answer.status, await answer.json()]).toEqual([431, { message: 'Request Header Fields Too Large' }])
    expect(invoked).toEqual([])
  })

  test('is 413 for a body over 10 MB, and no function runs', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024 + 1)
    const answer = await answerTo(null, { method: 'POST', body })
    expect([answer.status, await answer.json()]).toEqual([413, { message: 'Request Entity Too Large' }])
    expect(invoked).toEqual([])
  })
})

describe('with CORS', () => {
  const page = 'https://www.ours.internal'
  const cors: Cors = {
    allowOrigins: [page, 'http://localhost:8080'],
    allowMethods: ['POST'],
    allowHeaders: ['content-type'],
    exposeHeaders: [],
    allowCredentials: false,
    maxAgeSeconds: 7_200,
  }
  const serve = (changes: Partial<Cors> = {}) =>
    api.serve({
      stack: { ...stack, api: { ...stack.api, cors: { ...cors, ...changes } } },
      invoke,
      clock: new VirtualClock(),
    })
  const ask = (
    origin: string | undefined,
    path = '/hello',
    headers: object = { 'access-control-request-method': 'POST' },
  ) => fetch(`${api.url}${path}`, { method: 'OPTIONS', headers: { ...(origin && { origin }), ...headers } })
  const corsOf = ({ headers }: Response) =>
    Object.fromEntries(
      [...headers].flatMap(([name, value]) => (name.startsWith('access-control') ? [[name, value]] : [])),
    )
  beforeEach(() => serve())

  test.each(['/hello', '/hello?x=1', '/nothing'])('a preflight to %s is answered without a function', async (path) => {
    const answer = await ask(page, path)
    expect([answer.status, await answer.text()]).toEqual([204, ''])
    expect(corsOf(answer)).toEqual({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '7200',
    })
    expect(invoked).toEqual([])
  })

  test.each(['https://www.ours.internal.evil.internal', 'http://www.ours.internal', 'http://localhost:8081', 'null'])(
    'a preflight of %s allows nothing',
    async (origin) => {
      const answer = await ask(origin)
      expect([answer.status, corsOf(answer)]).toEqual([204, {}])
      expect(invoked).toEqual([])
    },
  )

  test('OPTIONS that is no preflight takes its route', async () => {
    await ask(undefined)
    const answer = await ask(page, '/hello', {})
    expect(invoked.map(({ event }) => event.routeKey)).toEqual(['ANY /hello', 'ANY /hello'])
    expect(corsOf(answer)).toEqual({ 'access-control-allow-origin': page })
  })

  test('the response of a function has the headers of the API, and none of its own', async () => {
    const headers = { 'Access-Control-Allow-Origin': '*', 'access-control-allow-credentials': 'true', 'x-own': 'yes' }
    const of = (origin: string) => answerTo({ statusCode: 202, headers }, { method: 'POST', headers: { origin } })
    expect(corsOf(await of(page))).toEqual({ 'access-control-allow-origin': page })
    const [other, none] = [await of('https://evil.internal'), await answerTo({ statusCode: 202, headers })]
    expect([corsOf(other), corsOf(none), other.headers.get('x-own')]).toEqual([{}, {}, 'yes'])
    expect(invoked).toHaveLength(3)
  })

  test.each<[string[], string, string | null]>([
    [['*'], 'https://any.internal', '*'],
    [['https://*'], 'https://any.internal', 'https://any.internal'],
    [['https://*'], 'http://any.internal', null],
  ])('the origins %j allow %s: %s', async (allowOrigins, origin, allowed) => {
    serve({ allowOrigins, exposeHeaders: ['date', 'x-a'], allowCredentials: true })
    const answer = await answerTo({ statusCode: 200 }, { headers: { origin } })
    const others = { 'access-control-expose-headers': 'date,x-a', 'access-control-allow-credentials': 'true' }
    expect(corsOf(answer)).toEqual(allowed ? { 'access-control-allow-origin': allowed, ...others } : {})
  })

  test('without CORS a preflight takes its route, and a function writes its own headers', async () => {
    api.serve({ stack, invoke, clock: new VirtualClock() })
    returned = { statusCode: 204, headers: { 'access-control-allow-origin': '*' } }
    expect(corsOf(await ask(page))).toEqual({ 'access-control-allow-origin': '*' })
    expect(invoked).toHaveLength(1)
  })
})

test('before the stack is known it answers 503, and a taken port is named', async () => {
  const early = await listenForApi(0)
  expect((await fetch(`${early.url}/hello`)).status).toBe(503)
  const port = Number(new URL(early.url).port)
  await expect(listenForApi(port)).rejects.toThrow(`Port ${port} is taken`)
  await early.stop()
})

describe('every request', () => {
  let measured: Record<string, number>[]
  const record = async (datums: readonly { name: string; value: unknown }[]) => {
    measured.push(Object.fromEntries(datums.map(({ name, value }) => [name, Number(value)])))
  }
  beforeEach(() => {
    measured = []
    api.serve({ stack, invoke, clock: new VirtualClock(), record })
  })

  test.each([
    [{ statusCode: 204 }, { Count: 1, '4xx': 0, '5xx': 0, IntegrationLatency: expect.any(Number) }],
    [{ statusCode: 404 }, { Count: 1, '4xx': 1, '5xx': 0 }],
    [{ statusCode: 503 }, { Count: 1, '4xx': 0, '5xx': 1 }],
  ])('is measured: %j', async (response, metrics) => {
    await answerTo(response)
    expect(measured).toEqual([expect.objectContaining({ ...metrics, Latency: expect.any(Number) })])
  })

  test('without a route is measured too, without integration latency', async () => {
    await fetch(`${api.url}/nothing`)
    expect(measured).toEqual([{ Count: 1, '4xx': 1, '5xx': 0, Latency: expect.any(Number) }])
  })

  test('fails if the function does not permit API Gateway, and the log says why', async () => {
    const logged: string[] = []
    const permits = () => ({ allowed: false as const, why: 'The policy forgets apigateway.amazonaws.com.' })
    api.serve({ stack, invoke, clock: new VirtualClock(), permits, log: (line) => logged.push(line) })
    expect((await fetch(`${api.url}/hello`)).status).toBe(500)
    expect(invoked).toEqual([])
    expect(logged).toEqual([
      'API Gateway does not reach the function of ANY /hello. The policy forgets apigateway.amazonaws.com.',
    ])
  })
})
