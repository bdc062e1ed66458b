import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Authorization } from './authorization.ts'
import { everyHeader } from './headers.ts'

/**
 * Whether a request was signed with a secret by Signature Version 4, except for S3:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Its age does not count,
 * because functions live by the virtual clock.
 * @param body as it was sent
 */
export function isSignedWith(
  secret: string,
  { day, region, service, signedHeaders, signature }: Authorization,
  { method = '', url = '', rawHeaders }: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>,
  body: Buffer,
): boolean {
  if (!signedHeaders.includes('host')) return false
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  const headers = everyHeader(rawHeaders)
  const canonicalHeaders = signedHeaders.map((name) => {
    return `${name}:${(headers.get(name) ?? []).map((value) => value.trim().replace(/ +/g, ' ')).join(',')}\n`
  })
  const request = [
    method,
    path.split('/').map(encoded).join('/'),
    canonicalQuery(query),
    canonicalHeaders.join(''),
    signedHeaders.join(';'),
    createHash('sha256').update(body).digest('hex'),
  ].join('\n')

  const time = headers.get('x-amz-date')?.[0] ?? ''
  const scope = [day, region, service, 'aws4_request']
  const hash = createHash('sha256').update(request).digest('hex')
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), hash].join('\n')
  const key = scope.reduce<string | Buffer>((from, step) => hmac(from, step), `AWS4${secret}`)
  return isSame(hmac(key, text).toString('hex'), signature)
}

/** Compares secrets in constant time. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      return [name, value].map((text) => encoded(decoded(text))) as [string, string]
    })
  return pairs
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&')
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
