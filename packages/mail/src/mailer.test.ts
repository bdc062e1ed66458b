import type { NamedError } from '@confirmation-reminder/contracts/errors'
import { brand } from '@confirmation-reminder/contracts/test/brand'
import type { MailToSend } from './compose.ts'
import { type Mailer, openMailer } from './mailer.ts'
import { refusalBySes, wasNotSent } from './refusal.ts'
import { startMailbox, tokenIn } from './test/mailbox.ts'

let mailbox: Awaited<ReturnType<typeof startMailbox>>
let mailer: Mailer
const sending = {
  BRAND: brand,
  PUBLIC_URL: 'https://example.com',
  MAIL_SENDER: 'Example <hello@example.com>',
  MAIL_REPLY_TO: 'help@example.com',
  MAIL_CONFIGURATION_SET: 'mails',
}
const letter: MailToSend = {
  kind: 'confirmation',
  to: 'ada@example.com',
  locale: 'de',
  customerId: 'customer-1',
  claim: 'claim-1',
  token: 'token-1',
  expiresAt: 1_800_000_000,
}

beforeAll(async () => {
  mailbox = await startMailbox()
  mailer = openMailer(sending, { patienceMs: 10_000 })
})
afterAll(() => mailbox.stop())
beforeEach(() => {
  mailbox.mails.length = 0
})

test('a mail reaches SES with its sender, Reply-To and configuration set, umlauts and all', async () => {
  await mailer.send(letter)
  expect(mailbox.mails).toEqual([
    {
      from: 'Example <hello@example.com>',
      replyTo: 'help@example.com',
      configurationSet: 'mails',
      tags: { customer: 'customer-1', claim: 'claim-1' },
      headers: expect.objectContaining({ to: 'ada@example.com' }),
      to: 'ada@example.com',
      subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse für Example',
      text: expect.stringContaining('bestätigen Sie die'),
      html: expect.stringContaining('bestätigen Sie die'),
    },
  ])
  expect(tokenIn(mailbox.mails[0] ?? { text: '' })).toBe('token-1')
})

const quoting = 'Email address is not verified: ada@example.com'
const failed = 'Email address is not verified. The following identities failed the check in region EU-WEST-1:'
const inbox = 'For more information, please check the inbox of the email address associated with your AWS account.'
test.each([
  ['Throttling', 'Maximum sending rate exceeded.', 400, 'MailThrottled', true],
  ['Throttling', 'Rate exceeded', 400, 'MailThrottled', true],
  ['Throttling', 'Daily message quota exceeded.', 400, 'MailQuotaExceeded', true],
  ['MessageRejected', quoting, 400, 'MailRefused', true],
  ['InvalidParameterValue', quoting, 400, 'MailRefused', true],
  ['MailFromDomainNotVerifiedException', quoting, 400, 'MailMisconfigured', true],
  ['MailFromDomainNotVerified', quoting, 400, 'MailMisconfigured', true],
  ['ConfigurationSetDoesNotExist', 'mails', 400, 'MailMisconfigured', true],
  ['ConfigurationSetDoesNotExistException', 'mails', 400, 'MailMisconfigured', true],
  ['AccessDenied', 'not authorized', 403, 'MailMisconfigured', true],
  ['AccessDeniedException', 'not authorized', 403, 'MailMisconfigured', true],
  ['InvalidClientTokenId', 'The security token included in the request is invalid', 403, 'MailMisconfigured', true],
  ['ExpiredToken', 'The security token included in the request is expired', 403, 'MailMisconfigured', true],
  ['SignatureDoesNotMatch', 'Signature expired', 403, 'MailMisconfigured', true],
  ['RequestTimeTooSkewed', 'The difference is too large', 403, 'MailMisconfigured', true],
  ['AuthFailure', 'not able to validate the credentials', 401, 'MailMisconfigured', true],
  ['InvalidAccessKeyId', 'no such key', 403, 'MailMisconfigured', true],
  ['NotAuthorized', 'no permission', 403, 'MailMisconfigured', true],
  ['MalformedQueryString', 'malformed', 404, 'MailMisconfigured', true],
  ['SomethingNew', quoting, 499, 'MailMisconfigured', true],
  ['ValidationError', quoting, 400, 'MailRefused', true],
  ['ValidationException', quoting, 400, 'MailRefused', true],
  ['ConfigurationSetSendingPausedException', 'paused', 400, 'MailPaused', true],
  ['ConfigurationSetSendingPaused', 'paused', 400, 'MailPaused', true],
  ['AccountSendingPausedException', 'paused', 400, 'MailPaused', true],
  ['AccountSendingPaused', 'paused', 400, 'MailPaused', true],
  ['MessageRejected', `Sending paused for this account. ${inbox}`, 400, 'MailPaused', true],
  ['MessageRejected', `Sending suspended for this account. ${inbox}`, 400, 'MailPaused', true],
  ['MessageRejected', 'Email sending for the account is paused.', 400, 'MailPaused', true],
  ['MessageRejected', 'Email sending for the configuration set mails is paused.', 400, 'MailPaused', true],
  ['MessageRejected', 'Email sending is disabled for the configuration set.', 400, 'MailPaused', true],
  ['MessageRejected', 'The account has been suspended.', 400, 'MailPaused', true],
  ['MessageRejected', 'Your account is suspended.', 400, 'MailPaused', true],
  ['MessageRejected', 'Email address is not verified: account-suspended@example.org', 400, 'MailRefused', true],
  ['MessageRejected', 'Email address is not verified: sending-paused@example.com', 400, 'MailRefused', true],
  ['MessageRejected', `${failed} ada@example.com`, 400, 'MailRefused', true],
  ['MessageRejected', `${failed} not-hello@example.com, hello@example.com.au`, 400, 'MailRefused', true],
  ['MessageRejected', `${failed} hello@example.com`, 400, 'MailMisconfigured', true],
  ['MessageRejected', `${failed} Example &lt;Hello@Example.com&gt;, ada@example.com`, 400, 'MailMisconfigured', true],
  ['MessageRejected', `${failed} ada@example.com, hello@example.com...`, 400, 'MailMisconfigured', true],
  ['MessageRejected', `${failed} example.com`, 400, 'MailMisconfigured', true],
  ['InvalidParameterValue', 'Illegal address: hello@example.com', 400, 'MailMisconfigured', true],
  ['RequestTimeout', 'not read within the timeout', 408, 'MailUnavailable', false],
  ['RequestTimeout', 'not read within the timeout', 400, 'MailUnavailable', false],
  ['RequestTimeoutException', 'not read within the timeout', 400, 'MailUnavailable', false],
  ['RequestAbortedException', 'aborted before a reply', 400, 'MailUnavailable', false],
  ['SomethingNew', 'timeout', 408, 'MailUnavailable', false],
  ['InternalFailure', 'oops', 500, 'MailUnavailable', false],
  ['ServiceUnavailable', 'oops', 503, 'MailUnavailable', false],
])('%s: %s (%i) is %s', async (code, message, status, name, certainlyNotSent) => {
  mailbox.faults.push({ code, message, status })
  const error: NamedError = await mailer.send(letter).then(
    () => 'nothing was thrown',
    (thrown) => thrown,
  )
  expect(error.name).toBe(name)
  expect(wasNotSent(error)).toBe(certainlyNotSent)
  expect(error.message).toContain('ses-request')
  expect(error.message + error.stack).not.toContain('ada@example.com')
})

test.each(Object.getOwnPropertyNames(Object.prototype))(
  '%s, which every object has, is not an error with a remedy',
  (name) => {
    expect(refusalBySes({ name, $metadata: { httpStatusCode: 400 } }, sending.MAIL_SENDER).message).toBe(
      `SES sends no mail of this stage. Look the error up in the API reference of SES. (${name})`,
    )
  },
)

test.each(['hello@example.com', 'Example <hello@example.com>', '"Doe, Jane" <Hello@Example.com>'])(
  'an unverified sender %s is a fault of the stage, and the remedy says what to verify',
  (sender) => {
    const thrown = { name: 'MessageRejected', message: `${failed} ${sender}`, $metadata: { httpStatusCode: 400 } }
    expect(refusalBySes(thrown, sender)).toMatchObject({
      name: 'MailMisconfigured',
      message: expect.stringMatching(
        /^SES sends no mail of this stage\. Complete the DKIM records of the sender's domain/,
      ),
    })
  },
)

test.each(['AccessDenied', 'AccessDeniedException', 'NotAuthorized'])('the remedy for %s names the sandbox', (name) => {
  const { message } = refusalBySes({ name, $metadata: { httpStatusCode: 403 } }, sending.MAIL_SENDER)
  expect(message).toMatch(/^SES sends no mail of this stage\. Grant .+ leave the SES sandbox/)
})

test('a missing permission is named with its action and its resource, which in the sandbox is the recipient, without an address', () => {
  const denied = (identity: string) =>
    `User \`arn:aws:sts::123456789012:assumed-role/role/register' is not authorized to perform \`ses:SendRawEmail' on resource \`arn:aws:ses:eu-central-1:123456789012:identity/${identity}'`
  const messageOf = (identity: string) => {
    const thrown = { name: 'AccessDenied', message: denied(identity), $metadata: { httpStatusCode: 403 } }
    return refusalBySes(thrown, sending.MAIL_SENDER).message
  }
  expect(messageOf('example.com')).toContain(` SES says: ${denied('example.com')}. (AccessDenied`)
  expect(messageOf('ada@example.com')).toContain("on resource `arn:aws:ses:eu-central-1:123456789012:[address]'.")
  expect(messageOf('ada@example.com')).not.toContain('ada')
})

const resumeSet = 'Resume sending for the configuration set of this stage.'
const answerSes = 'Read what SES wrote to the account about its reputation, and resume sending there.'
test.each([
  ['ConfigurationSetSendingPausedException', 'paused', resumeSet],
  ['ConfigurationSetSendingPaused', 'paused', resumeSet],
  ['MessageRejected', 'Email sending for the configuration set mails is paused.', resumeSet],
  ['AccountSendingPausedException', 'paused', answerSes],
  ['AccountSuspended', 'shut down', answerSes],
  ['MessageRejected', `Sending paused for this account. ${inbox}`, answerSes],
])('%s (%s): the remedy is for what SES has paused', (name, message, remedy) => {
  const thrown = { name, message, $metadata: { httpStatusCode: 400 } }
  expect(refusalBySes(thrown, sending.MAIL_SENDER).message).toBe(`SES has paused sending. ${remedy} (${name})`)
})

test('a reminder, which is unsolicited, can be stopped with one click', async () => {
  await mailer.send({ ...letter, kind: 'lastReminder' })
  await mailer.send(letter)
  const [reminder, confirmation] = mailbox.mails.map(({ headers }) => headers)
  expect(reminder).toMatchObject({
    'list-unsubscribe': '<https://example.com/withdraw?token=token-1>',
    'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
  })
  expect(confirmation).not.toHaveProperty('list-unsubscribe')
})

test('if SES cannot be reached, the mail was certainly not sent', async () => {
  const endpoint = process.env.AWS_ENDPOINT_URL_SES
  process.env.AWS_ENDPOINT_URL_SES = 'http://127.0.0.1:1'
  const error: NamedError = await openMailer(sending, { patienceMs: 10_000 })
    .send(letter)
    .then(
      () => 'nothing was thrown',
      (thrown) => thrown,
    )
  process.env.AWS_ENDPOINT_URL_SES = endpoint
  expect(error.name).toBe('MailUnavailable')
  expect(wasNotSent(error)).toBe(true)
})

test('after a lost response the mail is not sent a second time, and its outcome stays unknown', async () => {
  mailbox.faults.push('lostAnswer')
  const error: NamedError = await mailer.send(letter).then(
    () => 'nothing was thrown',
    (thrown) => thrown,
  )
  expect(error.name).toBe('MailUnavailable')
  expect(wasNotSent(error)).toBe(false)
  expect(mailbox.mails).toEqual([])
  expect(mailbox.faults).toEqual([])
})
