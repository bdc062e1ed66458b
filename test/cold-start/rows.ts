import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import type { Call, Items } from './aws-stub.ts'

/** What was there before the measured event: a customer who has registered, as `register` itself left it. */
export interface Before {
  items: Items
  customerId: string
  traceId: string
  /** The token in the confirmation mail, and the hash that names the mail. */
  token: string
  claim: string
  /** What `register` called. */
  calls: Call[]
}

/** Where the code of a row comes from; see `code.ts`. */
export type Code =
  | { kind: 'ours' | 'default' | 'unbundled'; function: FunctionName }
  | { kind: 'peer' | 'unbundledPeer'; peer: 'article' | 'middy' | 'powertools' }
  | { kind: 'plain'; file: 'empty' | 'floor' }

/** What is measured: code, an event, and a check of the answer, so that no failure is measured. */
export interface Row {
  /** For `--rows` and the budget. */
  name: string
  what: string
  code: Code
  event: (before: Before) => unknown
  isRight: (answer: unknown) => boolean
}

const status = (wanted: number) => (answer: unknown) => Object(answer).statusCode === wanted
const outcome = (wanted: string) => (answer: unknown) => Object(answer).outcome === wanted
const allTaken = (answer: unknown) => Object(answer).batchItemFailures?.length === 0

const request = (method: string, path: string, more: { type?: string; query?: string; body?: string } = {}) => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: more.query ?? '',
  headers: { 'accept-language': 'en', ...(more.type && { 'content-type': more.type }) },
  requestContext: {
    accountId: '123456789012',
    apiId: 'api',
    domainName: 'api.execute-api.eu-west-1.amazonaws.com',
    domainPrefix: 'api',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl' },
    requestId: 'request',
    routeKey: `${method} ${path}`,
    stage: '$default',
    time: '28/Nov/2026:12:00:00 +0000',
    timeEpoch: 1_795_867_200_000,
  },
  body: more.body,
  isBase64Encoded: false,
})

const registrationOf = (email: string) => () =>
  request('POST', '/registrations', { type: 'application/json', body: JSON.stringify({ email }) })
const whole = { event: registrationOf('ada@example.com'), isRight: status(202) }
const answer = (path: string, fields: (token: string) => Record<string, string>) => {
  return ({ token }: Before) => {
    const body = new URLSearchParams(fields(token)).toString()
    return request('POST', path, { type: 'application/x-www-form-urlencoded', body })
  }
}
const page = (path: string) => ({
  event: ({ token }: Before) => request('GET', path, { query: `token=${token}` }),
  isRight: status(200),
})

const bounce = ({ customerId, claim }: Before) => ({
  eventType: 'Bounce',
  mail: { timestamp: new Date().toISOString(), tags: { customer: [customerId], claim: [claim] } },
  bounce: { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [{ status: '5.1.1' }] },
})

/** What every ratio is of. */
export const empty: Row = {
  name: 'empty',
  what: 'an empty handler',
  code: { kind: 'plain', file: 'empty' },
  event: () => ({}),
  isRight: () => true,
}

/** A registration that succeeds. */
export const registration: Row = {
  name: 'register',
  what: '`register`: stores, starts the run, mails',
  code: { kind: 'ours', function: 'register' },
  ...whole,
}

/** Each function of this repository, on each of its ways: what the budget is about. */
export const ours: Row[] = [
  registration,
  {
    name: 'register-refused',
    what: '`register`: refuses an invalid address',
    code: { kind: 'ours', function: 'register' },
    event: registrationOf('ada.example.com'),
    isRight: status(400),
  },
  {
    name: 'confirm-page',
    what: '`confirm`: shows the page',
    code: { kind: 'ours', function: 'confirm' },
    ...page('/confirm'),
  },
  {
    name: 'confirm',
    what: '`confirm`: confirms',
    code: { kind: 'ours', function: 'confirm' },
    event: answer('/confirm', (token) => ({ token, by: 'button' })),
    isRight: status(200),
  },
  {
    name: 'withdraw',
    what: '`withdraw`: deletes',
    code: { kind: 'ours', function: 'withdraw' },
    event: answer('/withdraw', (token) => ({ token })),
    isRight: status(200),
  },
  {
    name: 'reminder',
    what: '`reminder`: sends the reminder',
    code: { kind: 'ours', function: 'reminder' },
    event: ({ customerId, traceId }) => ({ customerId, traceId, step: 1, words: 'reminder', lifetimeSeconds: 777_600 }),
    isRight: outcome('sent'),
  },
  {
    name: 'feedback',
    what: '`feedback`: records a bounce',
    code: { kind: 'ours', function: 'feedback' },
    event: (before) => ({ Records: [{ messageId: 'm', body: JSON.stringify(bounce(before)) }] }),
    isRight: allTaken,
  },
  {
    name: 'announce',
    what: '`announce`: announces a registration',
    code: { kind: 'ours', function: 'announce' },
    event: ({ customerId, items }) => ({
      Records: [
        {
          eventName: 'INSERT',
          dynamodb: {
            Keys: { customerId: { S: customerId } },
            NewImage: items.get(customerId),
            SequenceNumber: '100000000000000000001',
          },
        },
      ],
    }),
    isRight: allTaken,
  },
  {
    name: 'failures',
    what: '`failures`: posts a failed run',
    code: { kind: 'ours', function: 'failures' },
    event: () => ({
      detail: {
        executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:confirmation-reminder:example',
        name: 'example',
        status: 'FAILED',
        stopDate: Date.now(),
        error: 'MailRefused',
        cause: '{"errorMessage":"SES refused the mail."}',
      },
    }),
    isRight: outcome('posted'),
  },
]

const floor: Row = {
  name: 'floor',
  what: 'the calls of `register` by `node:http`, unsigned',
  code: { kind: 'plain', file: 'floor' },
  event: ({ calls }) => calls,
  isRight: status(202),
}

/** What ours is compared with. */
const compared: Row[] = [
  {
    name: 'register-default',
    what: '`register`, bundled by esbuild without our options',
    code: { kind: 'default', function: 'register' },
    ...whole,
  },
  {
    name: 'register-unbundled',
    what: '`register`, its packages loaded from `node_modules`',
    code: { kind: 'unbundled', function: 'register' },
    ...whole,
  },
  {
    name: 'article',
    what: 'the article, AWS SDK v2 loaded from `node_modules`',
    code: { kind: 'unbundledPeer', peer: 'article' },
    ...whole,
  },
  {
    name: 'article-bundled',
    what: 'the article, bundled by esbuild',
    code: { kind: 'peer', peer: 'article' },
    ...whole,
  },
  {
    name: 'middy',
    what: 'middy 7 with ajv, which compiles a schema, bundled by esbuild',
    code: { kind: 'peer', peer: 'middy' },
    ...whole,
  },
  {
    name: 'powertools',
    what: 'Powertools with zod, bundled by esbuild',
    code: { kind: 'peer', peer: 'powertools' },
    ...whole,
  },
]

export const rows: Row[] = [empty, floor, ...ours, ...compared]
