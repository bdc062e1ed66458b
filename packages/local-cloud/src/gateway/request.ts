import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AwsError } from '../core/aws-error.ts'
import type { Authorization } from './authorization.ts'

/** A request to an AWS service, its body read. */
export interface AwsRequest {
  /** The x-amzn-requestid of the response. */
  id: string
  authorization: Authorization
  /** The service that it is signed for, such as `states`. */
  service: string
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
}

/** The HTTP response. */
export interface Answer {
  statusCode: number
  headers: Record<string, string>
  body: string | Uint8Array
}

// SES takes 10 MB of mail and DynamoDB 16 MB; base64 in a form makes it up to half as much again.
const longestBodyBytes = 32 * 1024 * 1024

/** When a request was signed, by its caller's clock. */
export function signedAt({ 'x-amz-date': text }: IncomingHttpHeaders): Date | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(text)) ?? []
  const [year, month, day, hour, minute, second] = parts.map(Number)
  if (year === undefined || month === undefined) return undefined
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second))
}

/**
 * Reads the whole body, as it was sent.
 * @throws AwsError RequestEntityTooLarge; Error if the request breaks off
 */
export function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Not `for await`, which takes five times as long for one chunk.
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Buffer) => {
      length += chunk.length
      // A body that is too long is still read to its end: a client that is writing would not see the response.
      if (length <= longestBodyBytes) chunks.push(chunk)
      else chunks.length = 0
    })
    message.once('end', () => (length > longestBodyBytes ? reject(tooLarge()) : resolve(joined(chunks))))
    message.once('error', reject)
    message.once('close', () => {
      if (!message.complete) reject(new Error('The request broke off.'))
    })
  })
}

const joined = (chunks: Buffer[]) => (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))

/**
 * The decompressed body: clients compress large ones, such as the datums of PutMetricData.
 * @throws AwsError SerializationException if it is not gzip though its header says so; RequestEntityTooLarge
 */
export async function decompressed(body: Buffer, headers: IncomingHttpHeaders): Promise<Buffer> {
  if (headers['content-encoding']?.toLowerCase() !== 'gzip') return body
  try {
    return await promisify(gunzip)(body, { maxOutputLength: longestBodyBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new AwsError('SerializationException', 'The request body is not the gzip that its Content-Encoding says.')
  }
}

function tooLarge(): AwsError {
  return new AwsError('RequestEntityTooLarge', `The request is larger than ${longestBodyBytes} bytes.`, 413)
}
