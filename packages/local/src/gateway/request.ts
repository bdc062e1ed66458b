import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** A request to an AWS service, its body read. */
export interface AwsRequest {
  /** The x-amzn-requestid of the answer. */
  id: string
  /** The service of the credential scope, such as `states`. */
  service: string
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
}

/** What goes back over the wire. */
export interface Answer {
  statusCode: number
  headers: Record<string, string>
  body: string | Uint8Array
}

/**
 * The service that a request is signed for, by the credential scope in its Authorization header or its query;
 * `undefined`, where it is not signed. The signature itself is nobody's business here.
 */
export function signedFor(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const [service, terminator] = credentialOf(headers, query).split('/').slice(-2)
  return terminator === 'aws4_request' ? service : undefined
}

/** The access key id that a signed request names. */
export function accessKeyOf({ headers, query }: Pick<AwsRequest, 'headers' | 'query'>): string {
  return credentialOf(headers, query).split('/', 1)[0] ?? ''
}

/** The Region that a request is signed for. */
export function regionOf({ headers, query }: Pick<AwsRequest, 'headers' | 'query'>): string {
  return credentialOf(headers, query).split('/').at(-3) ?? ''
}

/** When a request was signed, by its caller's clock. */
export function signedAt({ headers, query }: Pick<AwsRequest, 'headers' | 'query'>): Date | undefined {
  const text = headers['x-amz-date'] ?? query.get('X-Amz-Date') ?? ''
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(text)) ?? []
  const [year, month, day, hour, minute, second] = parts.map(Number)
  if (year === undefined || month === undefined) return undefined
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second))
}

function credentialOf(headers: IncomingHttpHeaders, query: URLSearchParams): string {
  const credential = /^AWS4-\S+ .*?Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1]
  return credential ?? query.get('X-Amz-Credential') ?? ''
}

/**
 * Reads the whole body; `undefined`, where it is longer than `limitBytes`, also after it was decompressed.
 * @throws Error where the request breaks off, or is not the gzip that its header says.
 */
export async function readBody(message: IncomingMessage, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    // What is too long is read to its end all the same: a client that still writes would not see the answer.
    if (length <= limitBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  if (length > limitBytes) return undefined
  const body = Buffer.concat(chunks)
  return message.headers['content-encoding'] === 'gzip' ? unzipped(body, limitBytes) : body
}

/** Clients compress what is large, such as the datums of PutMetricData. */
function unzipped(body: Buffer, limitBytes: number): Buffer | undefined {
  try {
    return gunzipSync(body, { maxOutputLength: limitBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw error
  }
}
