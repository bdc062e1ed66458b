import {
  GetSendQuotaCommand,
  SESClient,
  SendEmailCommand,
  type SendEmailCommandInput,
  SendRawEmailCommand,
} from '@aws-sdk/client-ses'
import { VirtualClock } from '../clock.ts'
import { gatewayFor, temporaryStore } from '../gateway/gateway-fixture.ts'
import { startSes } from './ses.ts'

const system = {
  region: 'eu-central-1',
  mailIdentities: ['example.com', 'ada@elsewhere.org'],
  mailConfigurationSets: ['mail'],
}
const clock = new VirtualClock(86_400_000)

let ses: Awaited<ReturnType<typeof startSes>>
let temporary: Awaited<ReturnType<typeof temporaryStore>>
let gateway: Awaited<ReturnType<typeof gatewayFor>>
let client: SESClient
beforeEach(async () => {
  temporary = await temporaryStore()
  ses = await startSes({ system, store: temporary.store, clock })
  gateway = await gatewayFor({ ses })
  client = new SESClient(gateway.client)
})
afterEach(async () => {
  await gateway.stop()
  await temporary.remove()
})

function mail(changes: Partial<SendEmailCommandInput> = {}): SendEmailCommand {
  return new SendEmailCommand({
    Source: 'Ada <ada@example.com>',
    Destination: {
      ToAddresses: ['Bob <bob@example.org>'],
      CcAddresses: ['cy@example.org'],
      BccAddresses: ['di@example.org'],
    },
    ReplyToAddresses: ['help@example.com'],
    Message: { Subject: { Data: 'Größe' }, Body: { Text: { Data: 'Hallo\n' }, Html: { Data: '<p>Hallo</p>' } } },
    ConfigurationSetName: 'mail',
    Tags: [{ Name: 'kind', Value: 'confirmation' }],
    ...changes,
  })
}

const to = (...ToAddresses: string[]) => ({ Destination: { ToAddresses } })
const raw = (text: string) => ({ RawMessage: { Data: Buffer.from(text.replaceAll('\n', '\r\n')) } })

test('a mail that was accepted can be read, also after a restart', async () => {
  const { MessageId } = await client.send(mail())
  const expected = {
    id: MessageId,
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    from: 'ada@example.com',
    to: ['bob@example.org', 'cy@example.org', 'di@example.org'],
    subject: 'Größe',
    text: 'Hallo\n',
    html: '<p>Hallo</p>',
    headers: {
      From: 'Ada <ada@example.com>',
      To: 'Bob <bob@example.org>',
      Cc: 'cy@example.org',
      'Reply-To': 'help@example.com',
      Subject: 'Größe',
      'Message-ID': `<${MessageId}@eu-central-1.amazonses.com>`,
      Date: expect.stringMatching(/GMT$/),
      'MIME-Version': '1.0',
    },
  }
  expect(await ses.mailbox.list()).toEqual([expected])
  const again = await startSes({ system, store: temporary.store, clock })
  expect(await again.mailbox.list()).toEqual([expected])
})

test('mails are listed in order of sending, by recipient where wanted', async () => {
  for (const address of ['x@a.org', 'y@a.org', 'X@a.org']) await client.send(mail(to(address)))
  expect((await ses.mailbox.list()).map((one) => one.to)).toEqual([['x@a.org'], ['y@a.org'], ['X@a.org']])
  expect(await ses.mailbox.list({ to: 'x@A.org' })).toHaveLength(2)
})

test('only identities of the system may send, subdomains included', async () => {
  await client.send(mail({ Source: 'a@mail.example.com' }))
  await client.send(mail({ Source: 'ada@ELSEWHERE.org' }))
  for (const Source of ['bob@elsewhere.org', 'a@badexample.com']) {
    await expect(client.send(mail({ Source }))).rejects.toMatchObject({
      name: 'MessageRejected',
      message: `Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ${Source}`,
    })
  }
  expect(await ses.mailbox.list()).toHaveLength(2)
})

test.each<[string, Partial<SendEmailCommandInput>, string]>([
  ['a configuration set that is not there', { ConfigurationSetName: 'none' }, 'ConfigurationSetDoesNotExist'],
  ['51 recipients', to(...Array.from({ length: 51 }, (_, n) => `${n}@a.org`)), 'InvalidParameterValue'],
  ['no recipient', to(), 'InvalidParameterValue'],
  ['a recipient without a domain', to('bob'), 'InvalidParameterValue'],
  ['no body', { Message: { Subject: { Data: 's' }, Body: {} } }, 'ValidationError'],
  ['no source', { Source: undefined }, 'ValidationError'],
])('%s is refused', async (_what, changes, name) => {
  await expect(client.send(mail(changes))).rejects.toMatchObject({ name: expect.stringContaining(name) })
  expect(await ses.mailbox.list()).toEqual([])
})

test('a raw message is parsed, with the headers of its author', async () => {
  const { MessageId } = await client.send(
    new SendRawEmailCommand(
      raw(`From: Ada <ada@example.com>
To: =?utf-8?q?Bj=C3=B6rn?= <bjorn@example.org>
Bcc: secret@example.org
Subject: =?utf-8?b?R3LDtsOfZQ==?=
List-Unsubscribe: <https://example.com/withdraw>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
X-SES-CONFIGURATION-SET: mail
X-SES-MESSAGE-TAGS: kind=reminder, step=1
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe
--b
Content-Type: text/html; charset=utf-8

<p>Hi</p>
--b--
`),
    ),
  )
  const [received] = await ses.mailbox.list()
  expect(received).toMatchObject({
    id: MessageId,
    from: 'ada@example.com',
    to: ['bjorn@example.org', 'secret@example.org'],
    subject: 'Größe',
    text: expect.stringMatching(/^Grüße\s*$/),
    html: expect.stringContaining('<p>Hi</p>'),
    headers: {
      To: 'Björn <bjorn@example.org>',
      Subject: 'Größe',
      'List-Unsubscribe': '<https://example.com/withdraw>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Message-ID': `<${MessageId}@eu-central-1.amazonses.com>`,
    },
  })
  expect(Object.keys(received?.headers ?? {}).map((name) => name.toLowerCase())).not.toContain('bcc')
})

test('a raw message goes to whom the request names, and its header must be verified too', async () => {
  const text = 'From: eve@evil.org\nTo: a@b.org\nSubject: s\n\nx'
  const Destinations = ['z@b.org']
  await expect(
    client.send(new SendRawEmailCommand({ ...raw(text), Source: 'ada@example.com', Destinations })),
  ).rejects.toMatchObject({ name: 'MessageRejected', message: expect.stringContaining('eve@evil.org') })
  await client.send(new SendRawEmailCommand({ ...raw(text.replace('eve@evil.org', 'ada@example.com')), Destinations }))
  expect(await ses.mailbox.list()).toMatchObject([{ to: ['z@b.org'] }])
})

test('the quota counts the recipients of the last day of the virtual clock', async () => {
  await client.send(mail())
  expect(await client.send(new GetSendQuotaCommand({}))).toMatchObject({ Max24HourSend: 50_000, SentLast24Hours: 3 })
  clock.moveTo(clock.offsetMs + 90_000_000)
  expect(await client.send(new GetSendQuotaCommand({}))).toMatchObject({ SentLast24Hours: 0 })
})
