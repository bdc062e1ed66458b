/** A request as it came over HTTP, and what API Gateway knows about it. */
export interface ApiRequest {
  method: string
  /** Path and query, as sent. */
  target: string
  protocol: string
  /** Names and values in turn, as Node's `rawHeaders`. */
  rawHeaders: string[]
  body: Buffer
  sourceIp: string
  port: number
  requestId: string
  /** Milliseconds since 1970. */
  atMs: number
  routeKey: string
  api: { accountId: string; apiId: string; region: string }
}

/** The event that API Gateway passes to a function in payload format 2.0. */
export function eventOf(request: ApiRequest): object {
  const { pathname, query } = splitTarget(request.target)
  const { headers, cookies } = joinHeaders(request.rawHeaders)
  const { api, body, sourceIp } = request
  const parameters = joinQuery(query)
  const isBase64Encoded = body.length > 0 && !isText(headers['content-type'])
  const domainName = `${api.apiId}.execute-api.${api.region}.amazonaws.com`
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: pathname,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      'content-length': String(body.length),
      ...headers,
      'x-forwarded-for': headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${sourceIp}` : sourceIp,
      'x-forwarded-port': String(request.port),
      'x-forwarded-proto': 'http',
    },
    ...(parameters && { queryStringParameters: parameters }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName,
      domainPrefix: api.apiId,
      http: {
        method: request.method,
        path: pathname,
        protocol: request.protocol,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: request.routeKey,
      stage: '$default',
      time: commonLogTime(request.atMs),
      timeEpoch: request.atMs,
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  }
}

/** A request target's path and query string, neither decoded. */
export function splitTarget(target: string): { pathname: string; query: string } {
  const mark = target.indexOf('?')
  return mark < 0 ? { pathname: target, query: '' } : { pathname: target.slice(0, mark), query: target.slice(mark + 1) }
}

/** Names in lower case, repeated headers joined by commas; cookies are separate, one by one. */
function joinHeaders(rawHeaders: string[]): { headers: Record<string, string>; cookies: string[] } {
  const joined = new Map<string, string>()
  const cookies: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase()
    const value = rawHeaders[at + 1] ?? ''
    const before = joined.get(name)
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter(Boolean))
    else joined.set(name, before === undefined ? value : `${before},${value}`)
  }
  return { headers: Object.fromEntries(joined), cookies }
}

function joinQuery(query: string): Record<string, string> | undefined {
  const joined = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name)
    joined.set(name, before === undefined ? value : `${before},${value}`)
  }
  return joined.size > 0 ? Object.fromEntries(joined) : undefined
}

/** Only these reach a function unchanged; API Gateway encodes everything else, forms too, in base64. */
function isText(contentType = ''): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^text\/|^application\/(json|javascript|xml|[\w.-]+\+json|[\w.-]+\+xml)$/.test(type)
}

/** As in `23/Nov/2026:12:05:00 +0000`. */
function commonLogTime(atMs: number): string {
  const [, day, month, year, time] = new Date(atMs).toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}
