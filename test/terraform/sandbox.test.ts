import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allows } from '@confirmation-reminder/iam/allows'
import synthesise, { stackOf } from '../synthesise.ts'

/*
 * What SES asks IAM before it accepts a mail: whether the role may send from the sender's identity, by the configuration set,
 * and, in the sandbox, to the recipient's identity.
 */

const account = '111122223333'
const arn = (resource: string) => `arn:aws:ses:eu-west-1:${account}:${resource}`
const sender = arn('identity/dev.example.com')
const configurationSet = arn('configuration-set/confirmation-reminder-dev-mail')
const [recipient, itsDomain] = [arn('identity/you@other.example'), arn('identity/other.example')]

const folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-sandbox-'))
beforeAll(() => synthesise(folder, 'src/test/changed-settings.ts', { dev: { sesSandbox: true } }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The policy of a function, its references resolved as Terraform would. */
function policyOf(name: 'register' | 'reminder', stack: string): string {
  const { resource } = JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8'))
  const known: Record<string, string> = {
    'data.aws_caller_identity.account.account_id': account,
    'aws_sesv2_email_identity.mail_identity.arn': sender,
    'aws_sesv2_configuration_set.mail_configuration.arn': configurationSet,
  }
  const { policy } = resource.aws_iam_role_policy[`${name}_role_policy`]
  return policy.replace(/\$\{(.*?)\}/g, (_: string, reference: string) => known[reference] ?? 'arn:aws:any:::other')
}

describe.each(['register', 'reminder'] as const)('%s', (name) => {
  const maySend = (sandbox: boolean, resource: string, from?: string) =>
    allows({
      principal: { role: `arn:aws:iam::${account}:role/${name}` },
      policies: [],
      identityPolicies: [policyOf(name, stackOf('dev', sandbox ? folder : undefined))],
      // packages/mail sends every mail raw.
      action: 'ses:SendRawEmail',
      resource,
      conditions: from === undefined ? {} : { 'ses:FromAddress': from },
    }).allowed

  const ours = 'hello@dev.example.com'

  test.each([true, false])('sends from our domain by our configuration set, in the sandbox (%s) or not', (sandbox) => {
    for (const resource of [sender, configurationSet]) expect(maySend(sandbox, resource, ours)).toBe(true)
  })

  test('may send to an identity that was verified, in the sandbox only', () => {
    for (const resource of [recipient, itsDomain]) {
      expect([maySend(true, resource, ours), maySend(false, resource, ours)]).toEqual([true, false])
    }
  })

  test.each([
    undefined,
    'you@other.example',
    'hello@example.com',
    'hello@dev.example.com.other.example',
    'hello@sub.dev.example.com',
  ])('never sends as %s, in the sandbox or not', (from) => {
    for (const sandbox of [true, false]) {
      for (const resource of [sender, configurationSet, recipient, itsDomain]) {
        expect(maySend(sandbox, resource, from)).toBe(false)
      }
    }
  })

  test('may use no identity of another account, or Region, and no other configuration set', () => {
    for (const resource of [
      recipient.replace(account, '444455556666'),
      recipient.replace('eu-west-1', 'us-east-1'),
      arn('configuration-set/other'),
    ]) {
      expect(maySend(true, resource, ours)).toBe(false)
    }
  })
})
