import type { Locale } from '@confirmation-reminder/contracts/locale'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { preferredLocale } from './preferred-locale.ts'

/** The parts of a request that our pages and APIs need. */
export interface Request {
  method: string
  /** The query string, as it was sent. */
  query: string
  /** The media type of the body in lower case, without parameters; empty if there is none. */
  mediaType: string
  /** Undefined if it is longer than the limit. */
  body: Uint8Array | undefined
  /** The language to answer in, as far as the request says. */
  locale: Locale
  /** The IP address at the other end of the connection, as API Gateway saw it: no header can claim another. */
  sourceIp: string
}

/** A refused body: the HTTP status, and what the sender should do. */
export interface BodyRefusal {
  status: 400 | 413 | 415
  detail: string
}

export const json = 'application/json'
export const form = 'application/x-www-form-urlencoded'
export type MediaType = typeof json | typeof form

// The longest address with every character escaped takes 1.5 KB, a link with everything that sites and mail programs
// add less than 1 KB. Our own pages send nothing longer.
const longestBody = 8 * 1024
const longestQuery = 8 * 1024
const longestType = 200

/**
 * Reads an event of API Gateway's HTTP API (payload format 2.0). Every length is checked first: a body that is too
 * long is not even decoded, and a query or a header that is too long is cut off.
 */
export function readRequest(event: APIGatewayProxyEventV2): Request {
  return {
    method: event.requestContext.http.method,
    query: event.rawQueryString.slice(0, longestQuery),
    mediaType: (event.headers['content-type'] ?? '').slice(0, longestType).split(';', 1).join().trim().toLowerCase(),
    body: bodyOf(event),
    locale: preferredLocale(event.headers['accept-language'] ?? ''),
    sourceIp: event.requestContext.http.sourceIp,
  }
}

function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Uint8Array | undefined {
  // Base64 has four characters for three bytes, and other text at least one byte for a character.
  const longestText = isBase64Encoded ? Math.ceil(longestBody / 3) * 4 : longestBody
  if (body.length > longestText) return undefined
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  return bytes.length > longestBody ? undefined : bytes
}

/** Reads the fields that the body holds, in one of the media types that are accepted here. */
export function readFields(
  { body, mediaType }: Request,
  accepted: readonly MediaType[],
): { fields: Record<string, unknown> } | { refusal: BodyRefusal } {
  if (!body) {
    return { refusal: { status: 413, detail: `The body is longer than ${longestBody} bytes.` } }
  }
  if (!accepted.some((type) => type === mediaType)) {
    return { refusal: { status: 415, detail: `Send the body with the Content-Type ${accepted.join(' or ')}.` } }
  }
  const text = decode(body)
  if (text === undefined) return { refusal: { status: 400, detail: 'The body is not UTF-8.' } }
  if (mediaType === form) return { fields: Object.fromEntries(new URLSearchParams(text)) }
  const value = parse(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { fields: value as Record<string, unknown> }
    : { refusal: { status: 400, detail: 'The body is not a JSON object.' } }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
