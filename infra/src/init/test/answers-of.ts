import fc from 'fast-check'
import { leftOut } from '../questions.ts'

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{1,8}$/)
const host = fc.stringMatching(/^[a-z]{3,8}\.ours\.internal$/)
const local = fc.stringMatching(/^[a-z][a-z0-9.+-]{0,8}$/)
const digits = fc.stringMatching(/^[1-9]\d{3}5\d{3}7\d{3}$/)
const address = fc.tuple(local, host).map((parts) => parts.join('@'))
const url = fc.tuple(host, word).map(([name, path]) => `https://${name}/${path}`)
const orNone = (answer: fc.Arbitrary<string>) => fc.oneof(answer, fc.constant(leftOut))
/** Words with what needs care in a source: quotes, backslashes, slashes, and letters beyond ASCII. */
const words = fc
  .array(fc.constantFrom('Ours', "Tom's", '"x"', '\\', '//', '*/', '`', 'ü', '日本', '&', '<b>'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => `Our ${parts.join(' ')}`)

/** Answers that synthesis for a deployment accepts, by the paths of their settings. Some questions have none. */
export const answersOf: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    region: fc.constantFrom('eu-west-1', 'us-east-1', 'ap-southeast-2', 'us-gov-west-1'),
    accountId: orNone(digits),
    'brand.name': words,
    'brand.accent': fc.constantFrom('#000000', '#1F5FBF', '#7a1f2b'),
    'brand.logo': orNone(url),
    'brand.postalAddress': words,
    'brand.privacyUrl': orNone(url),
    'brand.supportUrl': orNone(url),
    sender: fc.oneof(
      address,
      fc.tuple(fc.constantFrom('Ours', "Tom & Jo's Shop!", 'A-B 1'), address).map(([name, at]) => `${name} <${at}>`),
    ),
    replyTo: address,
    publicUrl: orNone(url),
    formUrl: orNone(url.map((text) => `${text}?list=news&lang=de#email`)),
    'github.repository': orNone(fc.constantFrom('ours/name', 'Our-1/.github', 'ours@1/name.js@2')),
    runbookUrl: url,
    'slack.workspaceId': fc.stringMatching(/^T0[A-Z]{3}[0-9]OURS$/),
    'slack.channelId': fc.stringMatching(/^[CG]0[A-Z]{3}[0-9]OURS$/),
    owner: fc.constantFrom('us', "the team's lead, ask @them!", '<!subteam^S0123OURS>', '10'),
    stateBucket: orNone(fc.stringMatching(/^ours-[a-z0-9]{3,20}$/)),
    quietHours: orNone(fc.constantFrom('21:00-08:00 Europe/Berlin', '22:30-06:00 America/New_York')),
    expectedRegistrationsPerDay: fc.integer({ min: 1, max: 10_000_000 }).map(String),
  },
  { requiredKeys: [] },
)
