import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

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
export function accessKeyOf(headers: IncomingHttpHeaders, query: URLSearchParams): string {
  return credentialOf(headers, query).split('/', 1)[0] ?? ''
}

function credentialOf(headers: IncomingHttpHeaders, query: URLSearchParams): string {
  const credential = /^AWS4-\S+ .*?Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1]
  return credential ?? query.get('X-Amz-Credential') ?? ''
}

/**
 * Reads the whole body; `undefined`, where it is longer than `limitBytes`.
 * @throws Error where the request breaks off.
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
  return length <= limitBytes ? Buffer.concat(chunks) : undefined
}
