import { growth } from '@confirmation-reminder/contracts/test/steps'
import { arnMatches, matches as wildcardMatches } from '@confirmation-reminder/iam/wildcard'
import { decodeWords } from 'postal-mime'
import { authorizationOf } from './gateway/authorization.ts'
import { awsQuery } from './gateway/aws-query.ts'
import { parseQuery } from './gateway/query-string.ts'
import { signedAt } from './gateway/request.ts'
import { xml } from './gateway/xml.ts'
import { eventOf } from './services/api-gateway/event.ts'
import { readPattern } from './services/eventbridge/pattern.ts'
import { addressesIn } from './services/ses/sending-rules.ts'
import { matches as choiceMatches } from './services/step-functions/languages/choice-rule.ts'
import { readPath } from './services/step-functions/values/json-path.ts'
import { PathReader } from './services/step-functions/values/path-reader.ts'
import { parseTimestamp } from './services/step-functions/values/timestamp.ts'
import { parseTemplate } from './terraform/template.ts'

/** Does something with a text that was made before its work is counted. */
const on =
  <T>(make: (n: number) => T, work: (made: T) => unknown) =>
  (n: number) => {
    const made = make(n)
    return () => work(made)
  }
const tried = (work: () => unknown) => () => {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** Without the memory of the latest paths. */
const readWholePath = (text: string) =>
  tried(() => {
    const reader = new PathReader(text)
    reader.path()
    reader.end()
  })()

const query = (text: string) => parseQuery(new URLSearchParams(text))
const request = (more: object) => ({ headers: {}, query: new URLSearchParams(), ...more }) as never
const posted = { 'content-type': 'application/x-www-form-urlencoded' }
const apiRequest = {
  method: 'POST',
  protocol: 'HTTP/1.1',
  sourceIp: '127.0.0.1',
  port: 3000,
  requestId: 'x',
  atMs: 0,
  routeKey: 'POST /withdraw',
  api: { accountId: '1', apiId: 'a', region: 'eu-west-1' },
}
const event = (more: object) => eventOf({ ...apiRequest, target: '/', rawHeaders: [], body: Buffer.alloc(0), ...more })
const scope = (data: unknown) => ({ data, context: () => null }) as never

test.each<[string, (n: number) => () => unknown]>([
  ['a query of many names', on((n) => 'a=b&'.repeat(n / 4), query)],
  ['a query of one long name', on((n) => 'a'.repeat(n), query)],
  ['a query of lists', on((n) => Array.from({ length: n / 20 }, (_, i) => `a.member.${n - i}=x`).join('&'), query)],
  [
    'a query of maps',
    on((n) => Array.from({ length: n / 40 }, (_, i) => `a.entry.${i}.key=${i}&a.entry.${i}.value=x`).join('&'), query),
  ],
  ['a query of one name again and again', on((n) => 'a.b=c&'.repeat(n / 6), query)],
  [
    'a query of full stops',
    on(
      (n) => '.'.repeat(n),
      (text) => tried(() => query(text))(),
    ),
  ],
  [
    'the body of a query',
    on(
      (n) => `Action=A&${'%'.repeat(n)}`,
      (body) => awsQuery.read(request({ method: 'POST', headers: posted, body: Buffer.from(body) })),
    ),
  ],
  [
    'an Authorization of spaces',
    on(
      (n) => `AWS4-${' '.repeat(n)}`,
      (authorization) => authorizationOf({ authorization }),
    ),
  ],
  [
    'an Authorization of letters',
    on(
      (n) => `AWS4-HMAC ${'Credential='.repeat(n / 11)}`,
      (authorization) => authorizationOf({ authorization }),
    ),
  ],
  [
    'an Authorization of slashes',
    on(
      (n) => `AWS4-H Credential=${'/'.repeat(n)}`,
      (authorization) => authorizationOf({ authorization }),
    ),
  ],
  [
    'a date of digits',
    on(
      (n) => '1'.repeat(n),
      (text) => signedAt({ 'x-amz-date': text }),
    ),
  ],
  [
    'a target of the API',
    on(
      (n) => `/${'?'.repeat(n)}`,
      (target) => event({ target }),
    ),
  ],
  [
    'a query of the API',
    on(
      (n) => `/?${'a=b&'.repeat(n / 4)}`,
      (target) => event({ target }),
    ),
  ],
  [
    'a type of the API',
    on(
      (n) => ['content-type', `${' '.repeat(n)};`],
      (rawHeaders) => event({ rawHeaders }),
    ),
  ],
  [
    'a type of hyphens',
    on(
      (n) => ['content-type', `application/${'-'.repeat(n)}+`],
      (rawHeaders) => event({ rawHeaders }),
    ),
  ],
  [
    'cookies',
    on(
      (n) => ['cookie', `;${' '.repeat(n)}`],
      (rawHeaders) => event({ rawHeaders }),
    ),
  ],
  [
    'many cookies',
    on(
      (n) => ['cookie', 'a=b; '.repeat(n / 5)],
      (rawHeaders) => event({ rawHeaders }),
    ),
  ],
  [
    'many headers of one name',
    on(
      (n) => Array.from({ length: n / 2 }, (_, i) => (i % 2 ? 'x' : 'a')),
      (rawHeaders) => event({ rawHeaders }),
    ),
  ],
  [
    'a body of the API',
    on(
      (n) => Buffer.alloc(n, 0xff),
      (body) => event({ body }),
    ),
  ],
  [
    'text in XML',
    on(
      (n) => '<&>"\r\0'.repeat(n / 6),
      (text) => xml('a', text),
    ),
  ],
  [
    'a list in XML',
    on(
      (n) => Array(n / 10).fill('x'),
      (list) => xml('a', list),
    ),
  ],
  [
    'a value by a wildcard',
    on(
      (n) => 'a'.repeat(n),
      (text) => wildcardMatches('*a*a*b', text),
    ),
  ],
  [
    'a value by many wildcards',
    on(
      (n) => 'a'.repeat(n),
      (text) => wildcardMatches(`${'*a'.repeat(20)}b`, text),
    ),
  ],
  [
    'an ARN of colons',
    on(
      (n) => ':'.repeat(n),
      (text) => arnMatches('arn:*:*:*:*:*x', text),
    ),
  ],
  [
    'a text by StringMatches',
    on(
      (n) => 'a'.repeat(n),
      (text) => choiceMatches(text, '*a*a*b*'),
    ),
  ],
  [
    'a pattern of StringMatches',
    on(
      (n) => '\\*a'.repeat(n / 3),
      (pattern) => choiceMatches('a', pattern),
    ),
  ],
  ['a timestamp of digits', on((n) => `2026-11-27T00:00:00.${'1'.repeat(n)}`, parseTimestamp)],
  ['a timestamp that is one', on((n) => `2026-11-27T00:00:00.${'1'.repeat(n)}Z`, parseTimestamp)],
  ['a reference path', on((n) => `$${'.a'.repeat(n / 2)}`, readWholePath)],
  ['a reference path of backslashes', on((n) => `$.${'\\'.repeat(n)}`, readWholePath)],
  ['a reference path without its end', on((n) => `$['${"\\'".repeat(n / 2)}`, readWholePath)],
  ['a path of filters', on((n) => `$${'[?(@.a==1)]'.repeat(n / 11)}`, readWholePath)],
  ['a path of a long filter', on((n) => `$[?(${'!@.a||'.repeat(n / 6)}@)]`, readWholePath)],
  ['a path of a filter without its end', on((n) => `$[?(@['${"\\'".repeat(n / 2)}`, readWholePath)],
  [
    'data by a path of two dots',
    on(
      (n) => Array(n / 10).fill({ a: 1 }),
      (data) => readPath('$..a', scope(data)),
    ),
  ],
  [
    'data by a wildcard path',
    on(
      (n) => Array(n / 10).fill({ a: 1 }),
      (data) => readPath('$[*].a', scope(data)),
    ),
  ],
  [
    'data by a filter',
    on(
      (n) => Array(n / 10).fill({ a: 1 }),
      (data) => readPath('$[?(@.a > 0)]', scope(data)),
    ),
  ],
  [
    'an event by a pattern',
    on((n) => ({ a: 'a'.repeat(n) }), readPattern('{"a":[{"equals-ignore-case":"b"},{"suffix":"ab"}]}')),
  ],
  [
    'lists in an event by a pattern',
    on((n) => ({ a: Array(n / 10).fill({ b: 'x' }) }), readPattern('{"a":{"b":["y"]}}')),
  ],
  ['a template of Terraform', on((n) => '$'.repeat(n), parseTemplate)],
  ['a template of references', on((n) => '${a.b.c}'.repeat(n / 8), parseTemplate)],
  ['a header of addresses', on((n) => 'a@b.c,'.repeat(n / 6), addressesIn)],
  ['a header of one long address', on((n) => `${'a'.repeat(n)}@`, addressesIn)],
  ['a header of brackets', on((n) => '<'.repeat(n), addressesIn)],
  ['a header of quotation marks', on((n) => '"'.repeat(n), addressesIn)],
  ['a header of groups', on((n) => 'a:'.repeat(n / 2), addressesIn)],
  ['a header of comments', on((n) => '('.repeat(n), addressesIn)],
  ['a header of backslashes', on((n) => `"${'\\'.repeat(n)}`, addressesIn)],
  ['encoded words', on((n) => '=?utf-8?Q?a?= '.repeat(n / 14), decodeWords)],
  ['encoded words without their end', on((n) => '=?utf-8?Q?a'.repeat(n / 11), decodeWords)],
])('%s: the work is in proportion to the length', (_, work) => {
  expect(growth(work)).toBeLessThan(2.5)
})
