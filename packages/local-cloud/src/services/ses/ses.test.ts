import {
  GetSendQuotaCommand,
  SESClient,
  SendEmailCommand,
  type SendEmailCommandInput,
  SendRawEmailCommand,
} from '@aws-sdk/client-ses'
import fc from 'fast-check'
import { VirtualClock } from '../../core/clock.ts'
import { Faults } from '../../faults/faults.ts'
import { gatewayFor, temporaryStore } from '../../gateway/test/start-gateway.ts'
import { mailEvents, type Publication } from './mail-events.ts'
import { Mailbox } from './mailbox.ts'
import { startSes } from './ses.ts'

const stack = {
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
  ses = await startSes({ stack, store: temporary.store, clock })
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
const mails = async ({ to }: { to?: string } = {}, { mailbox } = ses) =>
  (await mailbox.page({ to, after: undefined, limit: 1000 })).rows
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
  expect(await mails()).toEqual([expected])
  const again = await startSes({ stack, store: temporary.store, clock })
  expect(await mails({}, again)).toEqual([expected])
})

test('mails are listed in order of sending, on request by recipient', async () => {
  for (const address of ['x@a.org', 'y@a.org', 'X@a.org']) await client.send(mail(to(address)))
  expect((await mails()).map((one) => one.to)).toEqual([['x@a.org'], ['y@a.org'], ['X@a.org']])
  expect(await mails({ to: 'x@A.org' })).toHaveLength(2)
})

test('only identities of the stack may send, subdomains included', async () => {
  await client.send(mail({ Source: 'a@mail.example.com' }))
  await client.send(mail({ Source: 'ada@ELSEWHERE.org' }))
  for (const Source of ['bob@elsewhere.org', 'a@badexample.com']) {
    await expect(client.send(mail({ Source }))).rejects.toMatchObject({
      name: 'MessageRejected',
      message: `Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ${Source}`,
    })
  }
  expect(await mails()).toHaveLength(2)
})

test.each<[string, Partial<SendEmailCommandInput>, string]>([
  ['a configuration set that is not there', { ConfigurationSetName: 'none' }, 'ConfigurationSetDoesNotExist'],
  ['51 recipients', to(...Array.from({ length: 51 }, (_, n) => `${n}@a.org`)), 'InvalidParameterValue'],
  ['no recipient', to(), 'InvalidParameterValue'],
  ['a recipient without a domain', to('bob'), 'InvalidParameterValue'],
  ['a recipient that brings a header', to('bob@a.org\r\nBcc: cy@a.org'), 'InvalidParameterValue'],
  ['a sender that brings a header', { Source: 'ada@example.com\nBcc: cy@a.org' }, 'InvalidParameterValue'],
  ['a Reply-To that is not an address', { ReplyToAddresses: ['bob'] }, 'InvalidParameterValue'],
  ['no body', { Message: { Subject: { Data: 's' }, Body: {} } }, 'ValidationError'],
  ['no source', { Source: undefined }, 'ValidationError'],
])('%s is refused', async (_what, changes, name) => {
  await expect(client.send(mail(changes))).rejects.toMatchObject({ name: expect.stringContaining(name) })
  expect(await mails()).toEqual([])
})

const longTag = 'x'.repeat(256)
const refusedTags: [name: string, value: string, message: string][] = [
  ['a:b', 'test', "Invalid tag name <a:b>: only alphanumeric ASCII characters, '_',  '-' are allowed."],
  ['test', 'a:b', "Invalid tag value <a:b>: only alphanumeric ASCII characters, '_',  '-' , '.', '@' are allowed."],
  ['a:b', 'a:b', "Invalid tag name <a:b>: only alphanumeric ASCII characters, '_',  '-' are allowed."],
  ['a@b', 'a:b', "Invalid tag name <a@b>: only alphanumeric ASCII characters, '_',  '-' are allowed."],
  ['größe', 'test', "Invalid tag name <größe>: only alphanumeric ASCII characters, '_',  '-' are allowed."],
  [longTag, 'test', 'Tag name cannot exceed 255 characters.'],
  ['test', longTag, 'Tag value cannot exceed 255 characters.'],
  ['', '', 'The tag name must be specified.'],
  ['', 'test', 'The tag name must be specified.'],
  ['test', '', 'The tag value must be specified.'],
]

test.each(refusedTags)('the message tag %j = %j is refused as SES does', async (Name, Value, message) => {
  const Tags = [
    { Name: 'kind', Value: 'a' },
    { Name, Value },
  ]
  const refusal = { name: 'InvalidParameterValue', message }
  await expect(client.send(mail({ Tags }))).rejects.toMatchObject(refusal)
  const text = 'From: ada@example.com\nTo: bob@example.org\n\nHi\n'
  await expect(client.send(new SendRawEmailCommand({ ...raw(text), Tags }))).rejects.toMatchObject(refusal)
  const tagged = raw(`X-SES-MESSAGE-TAGS: kind=a, ${Name}=${Value}\n${text}`)
  // A header that is not ASCII is another matter.
  if (Name !== 'größe') await expect(client.send(new SendRawEmailCommand(tagged))).rejects.toMatchObject(refusal)
  expect(await mails()).toEqual([])
})

test('message tags are accepted up to 255 characters of those that SES allows, and without any', async () => {
  const Tags = [
    { Name: 'x'.repeat(255), Value: 'y'.repeat(255) },
    { Name: 'a-Z_0', Value: 'a-Z_0.b@c' },
  ]
  await client.send(mail({ Tags }))
  await client.send(mail({ Tags: [] }))
  expect(await mails()).toHaveLength(2)
})

test('a mail of more than 10 MB is refused', async () => {
  // In a process with much compiled RegExp code V8 stops to optimise more of it (--no-regexp-optimization). Then the
  // client's check of what needs no encoding, /^[\w.~-]+$/, runs out of stack on one word of 8 MB. So: lines.
  const text = `${'x'.repeat(63)}\n`.repeat((10 * 1024 * 1024) / 64)
  const body = (bytes: number) => ({ Subject: { Data: '' }, Body: { Text: { Data: text + 'x'.repeat(bytes) } } })
  await expect(client.send(mail({ Message: body(1) }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: 'Message length is more than 10485760 bytes long.',
  })
  await client.send(mail({ Message: body(0) }))
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
  const [received] = await mails()
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

test.each([
  ['a header twice', 'Reply-To: a@b.org\nreply-to: c@d.org\n', "Duplicate header 'reply-to'."],
  ['a line of 999 characters', `X-Long: ${'x'.repeat(991)}\n`, 'A line is longer than 998 characters.'],
])('a raw message with %s is refused', async (_, headers, message) => {
  const text = `From: ada@example.com\nTo: bob@example.org\n${headers}\nHello`
  await expect(client.send(new SendRawEmailCommand(raw(text)))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message,
  })
  expect(await mails()).toEqual([])
})

test('a raw message is read with its lines as a reader sees them, and SES adds its Date', async () => {
  const body = Buffer.from('Hello,\r\nBob').toString('base64')
  const headers = 'Auto-Submitted: auto-generated\nSubject: a folded\n subject\nDate: Thu, 1 Jan 1970 00:00:00 GMT'
  const encoding = 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64'
  await client.send(
    new SendRawEmailCommand(raw(`From: ada@example.com\nTo: bob@example.org\n${headers}\n${encoding}\n\n${body}\n`)),
  )
  const [received] = await mails()
  expect(received).toMatchObject({
    text: 'Hello,\nBob',
    headers: { 'Auto-Submitted': 'auto-generated', Subject: 'a folded subject' },
  })
  expect(received?.headers.Date).toBe(new Date(received?.at ?? '').toUTCString())
})

test('a raw message goes to the recipients of the request, and its header must be verified too', async () => {
  const text = 'From: eve@evil.org\nTo: a@b.org\nSubject: s\n\nx'
  const Destinations = ['z@b.org']
  await expect(
    client.send(new SendRawEmailCommand({ ...raw(text), Source: 'ada@example.com', Destinations })),
  ).rejects.toMatchObject({ name: 'MessageRejected', message: expect.stringContaining('eve@evil.org') })
  await client.send(new SendRawEmailCommand({ ...raw(text.replace('eve@evil.org', 'ada@example.com')), Destinations }))
  expect(await mails()).toMatchObject([{ to: ['z@b.org'] }])
})

test('the quota counts the recipients of the last day of the virtual clock', async () => {
  await client.send(mail())
  expect(await client.send(new GetSendQuotaCommand({}))).toMatchObject({ Max24HourSend: 50_000, SentLast24Hours: 3 })
  clock.moveTo(clock.offsetMs + 90_000_000)
  expect(await client.send(new GetSendQuotaCommand({}))).toMatchObject({ SentLast24Hours: 0 })
  await client.send(mail())
  expect(await client.send(new GetSendQuotaCommand({}))).toMatchObject({ SentLast24Hours: 3 })
})

test('whenever mails are sent and the process is restarted, the quota counts those of the last 24 hours', async () => {
  const hour = 3_600_000
  const acts = fc.array(
    fc.record({
      hours: fc.constantFrom(0, 1, 5, 24),
      recipients: fc.nat(3),
      restarts: fc.constantFrom('no', 'yes', 'without counts'),
    }),
    { maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const own = await temporaryStore()
      let nowMs = 1_800_000_000_000
      const at = { now: () => nowMs, at: () => () => {} }
      let mailbox = await Mailbox.open(own.store, at)
      const sent: { atMs: number; recipients: number }[] = []
      for (const { hours, recipients, restarts } of all) {
        nowMs += hours * hour
        const addresses = Array.from({ length: recipients + 1 }, (_, n) => `${n}@example.org`)
        await mailbox.accept(() => ({
          from: 'a@example.com',
          to: addresses,
          subject: '',
          text: '',
          html: '',
          headers: {},
          tags: {},
        }))
        sent.push({ atMs: nowMs, recipients: recipients + 1 })
        if (restarts === 'without counts') await own.store.sublevel('mail-recipients').clear()
        if (restarts !== 'no') mailbox = await Mailbox.open(own.store, at)
        const counted = sent
          .filter(({ atMs }) => atMs > nowMs - 24 * hour)
          .reduce((sum, one) => sum + one.recipients, 0)
        expect(await mailbox.recipientsOfLastDay()).toBe(counted)
      }
      await own.remove()
    }),
    { numRuns: 20 },
  )
})

describe('the events that SES publishes through a configuration set', () => {
  const topicArn = 'arn:aws:sns:eu-central-1:123456789012:mail-events'
  const eventTypes = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT']
  const publishing = {
    ...stack,
    accountId: '123456789012',
    mailEventDestinations: [{ configurationSet: 'mail', topicArn, eventTypes }],
  }
  interface Received {
    eventType: string
    mail: { messageId: string; tags: Record<string, string[]> } & Record<string, unknown>
    [more: string]: unknown
  }

  async function start(faults = new Faults(), changes: Partial<typeof publishing> = {}) {
    const clock = new VirtualClock()
    const { store, remove } = await temporaryStore()
    const received: Received[] = []
    const publish = async (publication: Publication) => {
      expect(publication.topicArn).toBe(topicArn)
      received.push(JSON.parse(publication.message))
    }
    const open = async () => {
      const log = (line: string) => {
        throw new Error(line)
      }
      const events = mailEvents({ stack: { ...publishing, ...changes }, store, clock, publish, faults, log })
      return startSes({ stack, store, clock, events })
    }
    let ses = await open()
    const gateway = await gatewayFor({ ses })
    return {
      client: new SESClient(gateway.client),
      received,
      types: () => received.map(({ eventType }) => eventType),
      skip: async (seconds: number) => {
        clock.moveTo(clock.offsetMs + seconds * 1000)
        await ses.settled()
      },
      restart: async () => {
        await ses.stop()
        ses = await open()
      },
      stop: async () => {
        clock.stop()
        await ses.stop()
        await gateway.stop()
        await remove()
      },
    }
  }

  test('Send and Delivery come a moment later, with the tags of the mail, also after a restart', async () => {
    const { client, received, types, skip, restart, stop } = await start()
    const { MessageId } = await client.send(mail(to('bob@example.org')))
    expect(types()).toEqual([])
    await skip(1)
    expect(types()).toEqual(['Send'])
    await restart()
    await skip(1)
    expect(types()).toEqual(['Send', 'Delivery'])
    for (const { mail } of received) {
      expect(mail).toMatchObject({
        messageId: MessageId,
        timestamp: expect.stringMatching(/Z$/),
        source: 'Ada <ada@example.com>',
        destination: ['bob@example.org'],
        tags: { kind: ['confirmation'], 'ses:operation': ['SendEmail'], 'ses:configuration-set': ['mail'] },
      })
    }
    expect(received[1]?.delivery).toMatchObject({ recipients: ['bob@example.org'] })
    await skip(86_400)
    expect(received).toHaveLength(2)
    await stop()
  })

  test('the tags of a raw mail are in its header', async () => {
    const { client, received, skip, stop } = await start()
    const headers = 'X-SES-CONFIGURATION-SET: mail\nX-SES-MESSAGE-TAGS: customer=c-1, claim=k_2'
    await client.send(new SendRawEmailCommand(raw(`From: ada@example.com\nTo: bob@example.org\n${headers}\n\nHello`)))
    await skip(2)
    expect(received.map(({ mail }) => mail.tags)).toMatchObject(Array(2).fill({ customer: ['c-1'], claim: ['k_2'] }))
    await stop()
  })

  test.each([
    ['success@simulator.amazonses.com', ['Send', 'Delivery']],
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce']],
    ['bounce+label@simulator.amazonses.com', ['Send', 'Bounce']],
    ['suppressionlist@simulator.amazonses.com', ['Send', 'Bounce']],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint']],
    ['bounce@example.org', ['Send', 'Delivery']],
  ])('of a mail to %s: %j', async (address, expected) => {
    const { client, types, skip, stop } = await start()
    await client.send(mail(to(address)))
    for (const seconds of [1, 1, 8]) await skip(seconds)
    expect(types()).toEqual(expected)
    await stop()
  })

  test('a bounce has its type and its recipients', async () => {
    const { client, received, skip, stop } = await start()
    await client.send(mail(to('bob@example.org', 'bounce@simulator.amazonses.com')))
    await skip(1)
    await skip(1)
    expect(received.find(({ eventType }) => eventType === 'Bounce')?.bounce).toMatchObject({
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: 'bounce@simulator.amazonses.com' }],
      feedbackId: expect.any(String),
    })
    expect(received.find(({ eventType }) => eventType === 'Delivery')?.delivery).toMatchObject({
      recipients: ['bob@example.org'],
    })
    await stop()
  })

  test('no event is published for mails without the set, or of types that the destination does not include', async () => {
    const { client, types, skip, stop } = await start(undefined, {
      mailEventDestinations: [{ configurationSet: 'mail', topicArn, eventTypes: ['BOUNCE', 'SEND'] }],
    })
    await client.send(mail())
    const { ConfigurationSetName: _, ...without } = mail().input
    await client.send(new SendEmailCommand(without))
    await skip(60)
    expect(types()).toEqual(['Send'])
    await stop()
  })

  test.each([
    [{ kind: 'lose' as const }, ['Delivery']],
    [{ kind: 'duplicate' as const }, ['Send', 'Send', 'Delivery']],
    [{ kind: 'reorder' as const }, ['Delivery', 'Send']],
    [{ kind: 'delay' as const, delaySeconds: 300 }, ['Delivery', 'Send']],
  ])('the fault %j: %j', async (fault, expected) => {
    const faults = new Faults()
    const match = { eventType: 'Send' }
    await faults.replace({ rules: [{ service: 'ses', action: 'Event', times: 1, match, ...fault }] })
    const { client, types, skip, stop } = await start(faults)
    await client.send(mail())
    for (const seconds of [1, 1, 1, 300]) await skip(seconds)
    expect(types()).toEqual(expected)
    expect(faults.list()).toMatchObject([{ injected: 1 }])
    await stop()
  })
})

test('mails are found by any recipient, in any case, but not by a prefix of the address', async () => {
  await client.send(mail())
  await client.send(mail(to('bob@example.organic', 'Bob@example.org')))
  const found = async (address: string) => (await mails({ to: address })).length
  expect([await found('BOB@example.org'), await found('di@example.org'), await found('bob@example.or')]).toEqual([
    2, 1, 0,
  ])
})

test('mails come in pages, the latest first, each in order of sending', async () => {
  for (const n of [1, 2, 3, 4, 5]) {
    const text = { Data: `${n}` }
    await client.send(
      mail({ ...to(n % 2 ? 'odd@example.org' : 'even@example.org'), Message: { Subject: text, Body: { Text: text } } }),
    )
  }
  const pages = async (limit: number, to?: string) => {
    const found: string[][] = []
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const { rows, next } = await ses.mailbox.page({ to, after, limit })
      found.push(rows.map(({ subject }) => subject))
      after = next
    }
    return found
  }
  expect(await pages(2)).toEqual([['4', '5'], ['2', '3'], ['1']])
  expect(await pages(5)).toEqual([['1', '2', '3', '4', '5']])
  expect(await pages(2, 'ODD@example.org')).toEqual([['3', '5'], ['1']])
  expect(await pages(2, 'even@example.org')).toEqual([['2', '4']])
  expect(await pages(2, 'no@example.org')).toEqual([[]])
})

test('mails to the mailbox simulator are in no mailbox, and do not count for the daily quota', async () => {
  const quota = async () => (await client.send(new GetSendQuotaCommand({}))).SentLast24Hours
  const before = { mails: await mails(), sent: await quota() }
  const simulated = new SendEmailCommand({
    ...mail(to('success@simulator.amazonses.com', 'Success+label@simulator.amazonses.com')).input,
  })
  await client.send(simulated)
  expect({ mails: await mails(), sent: await quota() }).toEqual(before)
})

test('lists read lines without bodies, which older data folders get at their next start', async () => {
  const linesOf = async () => {
    const lines = []
    for await (const part of ses.mailbox.newestLines()) for (const [key, line] of part) lines.push({ key, ...line })
    return lines
  }
  for (const subject of ['1', '2', '3']) {
    await client.send(mail({ Message: { Subject: { Data: subject }, Body: { Text: { Data: 'Hello' } } } }))
  }
  const lines = await linesOf()
  expect(lines.map(({ subject }) => subject)).toEqual(['3', '2', '1'])
  const [latest] = lines
  expect(latest).toEqual({
    ...{ key: '000000000002', id: expect.any(String), at: expect.any(String), subject: '3' },
    ...{ to: ['bob@example.org', 'cy@example.org', 'di@example.org'], tags: { kind: 'confirmation' } },
  })
  expect(await ses.mailbox.mail('000000000002')).toMatchObject({ id: latest?.id, text: 'Hello' })
  expect(await ses.mailbox.mail('000000000003')).toBeUndefined()
  expect((await ses.mailbox.linesTo('Bob@example.org')).map(([key]) => Number(key))).toEqual([0, 1, 2])
  // As an earlier version leaves it that ran last: with lines for the first mails only.
  await temporary.store.sublevel('mail-lines').clear({ gt: '000000000000' })
  ses = await startSes({ stack, store: temporary.store, clock })
  expect(await linesOf()).toEqual(lines)
})
