import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SESClient } from '@aws-sdk/client-ses'
import { withoutTimeouts } from '@confirmation-reminder/contracts/test/without-timeouts'
import PostalMime from 'postal-mime'

withoutTimeouts(SESClient)

export interface Received {
  from: string
  replyTo: string
  configurationSet: string
  /** The tags that SES's events about the mail would contain. */
  tags: Record<string, string>
  /** Every header as it was written, by its name in lower case. */
  headers: Record<string, string>
  to: string
  subject: string
  text: string
  html: string
}

/** How SES answers one call: an error of its own (code, message, HTTP status), or by losing the connection. */
export type Fault = { code: string; message: string; status?: number } | 'lostAnswer'

/** SES over HTTP, as far as SendRawEmail. Clients find it by the environment. */
export async function startMailbox() {
  const mails: Received[] = []
  const simulated: Received[] = []
  const raws: string[] = []
  const faults: Fault[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const form = new URLSearchParams(body)
    const field = (name: string) => form.get(name) ?? ''
    const fault = faults.shift()
    if (fault === 'lostAnswer') return request.socket.destroy()
    response.setHeader('content-type', 'text/xml')
    response.setHeader('x-amzn-requestid', 'ses-request')
    if (fault) {
      response.statusCode = fault.status ?? 400
      return response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${fault.code}</Code><Message>${fault.message}</Message></Error>` +
          '<RequestId>ses-request</RequestId></ErrorResponse>',
      )
    }
    const raw = Buffer.from(field('RawMessage.Data'), 'base64')
    const to = field('Destinations.member.1')
    const mail = await read(raw, to)
    if (to.endsWith('@simulator.amazonses.com')) simulated.push(mail)
    else {
      mails.push(mail)
      raws.push(raw.toString('latin1'))
    }
    response.end(
      `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>${mails.length}` +
        '</MessageId></SendRawEmailResult><ResponseMetadata><RequestId>ses-request</RequestId></ResponseMetadata></SendRawEmailResponse>',
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SES: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  return {
    mails,
    /** Mails to SES's mailbox simulator, which reach no person. */
    simulated,
    /** The same mails byte by byte. */
    raws,
    /** Responses to the next calls; the calls after them succeed. */
    faults,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

async function read(raw: Buffer, to: string): Promise<Received> {
  const mail = await PostalMime.parse(raw)
  const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]))
  const tags = (headers['x-ses-message-tags'] ?? '').split(', ').map((tag) => tag.split('='))
  return {
    from: headers.from ?? '',
    replyTo: headers['reply-to'] ?? '',
    configurationSet: headers['x-ses-configuration-set'] ?? '',
    tags: Object.fromEntries(tags),
    headers,
    to,
    subject: mail.subject ?? '',
    // As its reader sees it: in transport, lines end in CRLF.
    text: (mail.text ?? '').replaceAll('\r\n', '\n'),
    html: (mail.html ?? '').replaceAll('\r\n', '\n'),
  }
}

/** The token in the first link of a mail. */
export function tokenIn({ text }: { text: string }): string {
  const link = /https?:\/\/\S+/.exec(text)?.[0]
  const token = link && new URL(link).searchParams.get('token')
  if (!token) throw new Error(`No link with a token in: ${text}`)
  return token
}
