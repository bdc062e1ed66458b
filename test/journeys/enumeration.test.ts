import { emailOf, kinds, makeKnown } from '../enumeration/known.ts'
import { LocalCloud } from '../local-cloud.ts'

let cloud: LocalCloud
let round = 0
beforeAll(async () => {
  cloud = await LocalCloud.start()
})
afterAll(() => cloud?.dispose())

/** The headers that differ between any two answers. */
const ofOneAnswer = ['date', 'apigw-requestid']

async function answerTo(email: string) {
  const answer = await cloud.register(email)
  const headers = [...answer.headers].filter(([name]) => !ofOneAnswer.includes(name))
  return { status: answer.status, headers, body: await answer.text() }
}

const throttling = { kind: 'error', error: 'ThrottlingException', rate: 1 }

test.each([
  ['everything works', [], 202],
  ['SES throttles', [{ ...throttling, service: 'ses', action: 'SendRawEmail', error: 'Throttling' }], 503],
  ['SES fails', [{ ...throttling, service: 'ses', action: 'SendRawEmail', error: 'InternalFailure' }], 503],
  ['SES loses its answers', [{ service: 'ses', action: 'SendRawEmail', kind: 'dropAfterEffect', rate: 1 }], 503],
  ['Step Functions throttles', [{ ...throttling, service: 'states', action: 'StartExecution' }], 503],
  ['the table throttles writes', [{ ...throttling, service: 'dynamodb', action: 'PutItem' }], 500],
])('while %s, an answer does not show whether an address is known', async (_, faults, status) => {
  round += 1
  const addresses = kinds.map((kind) => ({ kind, email: emailOf(kind, round) }))
  await Promise.all(addresses.map(({ kind, email }) => makeKnown(cloud, kind, email)))
  await cloud.skip(3_600)
  await makeKnown(cloud, 'pending', emailOf('recent', round))
  expect((await cloud.control('PUT', 'faults', faults)).status).toBe(200)
  const answers = await Promise.all(addresses.map(({ email }) => answerTo(email)))
  expect((await cloud.control('PUT', 'faults', [])).status).toBe(200)
  expect(answers.map((answer, index) => [kinds[index], answer.status])).toEqual(kinds.map((kind) => [kind, status]))
  expect(answers).toEqual(kinds.map(() => answers[0]))
})
