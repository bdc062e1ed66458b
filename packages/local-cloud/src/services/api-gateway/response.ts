/** The HTTP response. */
export interface ApiResponse {
  statusCode: number
  headers: Record<string, string>
  cookies: string[]
  body: Buffer
}

/** A response of API Gateway itself. */
export function plainResponse(statusCode: number, message: string): ApiResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(JSON.stringify({ message })),
  }
}

// The server controls the connection, even if a function returns such headers.
const ofTheConnection = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

/**
 * Reads a function's return value by the rules of payload format 2.0: with a `statusCode` it is a response, anything else
 * is the JSON body of a 200. A response that cannot be sent becomes 500, as on AWS.
 */
export function responseOf(payload: string): ApiResponse {
  const returned: unknown = JSON.parse(payload || 'null')
  if (typeof returned !== 'object' || returned === null || !('statusCode' in returned)) {
    const body = Buffer.from(typeof returned === 'string' ? returned : JSON.stringify(returned))
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, cookies: [], body }
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = returned as Record<string, unknown>
  const status = Number(statusCode)
  const given = Object.entries(headers ?? {}).filter(([name]) => !ofTheConnection.has(name.toLowerCase()))
  const sendable =
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 599 &&
    given.every(([name, value]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && isHeaderValue(value)) &&
    (cookies === undefined || (Array.isArray(cookies) && cookies.every(isHeaderValue))) &&
    (body === undefined || body === null || typeof body === 'string')
  if (!sendable) return plainResponse(500, 'Internal Server Error')
  return {
    statusCode: status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value)])),
    },
    cookies: (cookies as string[] | undefined) ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}

const isHeaderValue = (value: unknown) =>
  ['string', 'number', 'boolean'].includes(typeof value) && /^[\t\x20-\x7e\x80-\xff]*$/.test(String(value))
