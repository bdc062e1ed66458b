import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  from: string
  replyTo: string
  configurationSet: string
  to: string
  subject: string
  text: string
  html: string
}

/** How SES answers one call: an error of its own (code, message, HTTP status), or by losing the connection. */
export type Fault = { code: string; message: string; status?: number } | 'lostAnswer'

/** SES over HTTP, as far as SendEmail. Clients find it by the environment. */
export async function startMailbox() {
  const mails: Received[] = []
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
    mails.push({
      from: field('Source'),
      replyTo: field('ReplyToAddresses.member.1'),
      configurationSet: field('ConfigurationSetName'),
      to: field('Destination.ToAddresses.member.1'),
      subject: field('Message.Subject.Data'),
      text: field('Message.Body.Text.Data'),
      html: field('Message.Body.Html.Data'),
    })
    response.end(
      `<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>${mails.length}` +
        '</MessageId></SendEmailResult><ResponseMetadata><RequestId>ses-request</RequestId></ResponseMetadata></SendEmailResponse>',
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
    /** Answers to the next calls; after them all is well. */
    faults,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** The token in the link of a mail. */
export function tokenIn({ text }: { text: string }): string {
  const link = /https?:\/\/\S+/.exec(text)?.[0]
  const token = link && new URL(link).searchParams.get('token')
  if (!token) throw new Error(`No link with a token in: ${text}`)
  return token
}
