import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { AwsError } from '../core/aws-error.ts'

const refusals = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    new AwsError('RequestHeaderSectionTooLarge', 'The headers of the request are too long.', 431),
  ],
  ['ERR_HTTP_REQUEST_TIMEOUT', new AwsError('RequestTimeout', 'The request took too long to arrive.', 408)],
])
const malformed = new AwsError('SerializationException', 'The request is not HTTP that the local cloud can read.')
const noProxy = new AwsError('AccessDeniedException', 'The local cloud is no proxy.', 403)

/** The last response of each connection, sent or being sent. */
export const answers = new WeakMap<Duplex, ServerResponse>()

/** Answers what Node cannot read as a request, such as a chunk without its length, and ends the connection. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  const answer = answers.get(socket)
  // If a response is half written, another one would be read as a part of it.
  if (!socket.writable || (answer?.headersSent && !answer.writableFinished)) socket.destroy()
  else end(socket, refusals.get(error.code ?? '') ?? malformed)
}

/** Responds to CONNECT, for which Node has no response object. */
export function answerConnect(_request: unknown, socket: Duplex): void {
  end(socket, noProxy)
}

function end(socket: Duplex, { code, message, statusCode }: AwsError): void {
  const body = JSON.stringify({ __type: code, message })
  const lines = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
    'content-type: application/x-amz-json-1.0',
    `x-amzn-errortype: ${code}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
