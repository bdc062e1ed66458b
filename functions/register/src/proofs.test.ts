import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { sourcesTable } from '@confirmation-reminder/contracts/sources-table'
import { keyFrom } from '@confirmation-reminder/customers/stage-key'
import { startTable } from '@confirmation-reminder/customers/test/table'
import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Challenge, Payload } from 'altcha-lib/types'
import fc from 'fast-check'
import { openProofs, type Proofs } from './proofs.ts'

const effort = 20
const sources = { name: 'sources', ...sourcesTable }
let table: Awaited<ReturnType<typeof startTable>>
let proofs: Proofs
let now = 0

const proofsWith = (secret: string) =>
  openProofs({ table: 'sources', effort, stageKey: keyFrom(async () => Buffer.from(secret)), client: table.client })

beforeAll(async () => {
  table = await startTable(sources)
  proofs = proofsWith('a secret')
})
beforeEach(() => {
  now = Date.UTC(2026, 10, 28)
  jest.spyOn(Date, 'now').mockImplementation(() => now)
})
afterAll(async () => {
  jest.restoreAllMocks()
  await table.stop()
})

async function solved(challenge: Challenge): Promise<Payload> {
  const solution = await solveChallenge({ challenge, deriveKey, timeout: 0 })
  if (!solution) throw new Error('It has no solution.')
  return { challenge, solution }
}
const written = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64')
const proof = async (from = proofs) => written(await solved(await from.challenge()))

test('a challenge that was solved is a proof, after no more work than the settings say', async () => {
  const payload = await solved(await proofs.challenge())
  expect(payload.solution.counter).toBeGreaterThanOrEqual(effort / 2)
  expect(payload.solution.counter).toBeLessThanOrEqual(effort)
  expect(await proofs.judge(written(payload), 'ada@example.com')).toBe('done')
})

test('it is as long as the longest registration has room for: request.test.ts', async () => {
  expect(encodeURIComponent(await proof()).length).toBeLessThan(800)
})

test('it counts for the address that uses it first, as often as that asks, and for no other', async () => {
  const one = await proof()
  const verdicts = []
  for (const email of ['ada', 'ada', 'bea', 'ada']) verdicts.push(await proofs.judge(one, `${email}@example.com`))
  expect(verdicts).toEqual(['done', 'done', 'missing', 'done'])
})

test('of many addresses that use one at the same time, it counts for one', async () => {
  const one = await proof()
  const verdicts = await Promise.all(
    Array.from({ length: 20 }, (_, n) => proofs.judge(one, `at-once-${n}@example.com`)),
  )
  expect(verdicts.filter((verdict) => verdict === 'done')).toHaveLength(1)
})

test('it counts for twenty minutes, and says so afterwards', async () => {
  const one = await proof()
  now += 1_200_000
  expect(await proofs.judge(one, 'ada@example.com')).toBe('done')
  now += 1_000
  expect(await proofs.judge(one, 'ada@example.com')).toBe('expired')
})

test('another stage’s is none', async () => {
  expect(await proofs.judge(await proof(proofsWith('another secret')), 'ada@example.com')).toBe('missing')
})

test('what was altered is none: less work, more time, another solution', async () => {
  const { challenge, solution } = await solved(await proofs.challenge())
  const altered = (parameters: object) => ({
    challenge: { ...challenge, parameters: { ...challenge.parameters, ...parameters } },
    solution,
  })
  const forged = [
    ...[
      { cost: 1 },
      { keyPrefix: '0' },
      { expiresAt: 4_000_000_000 },
      { expiresAt: undefined },
      { keySignature: undefined },
    ].map(altered),
    { challenge, solution: { ...solution, derivedKey: challenge.parameters.keyPrefix.padEnd(64, '0') } },
    { challenge, solution: { counter: solution.counter } },
    { challenge: { ...challenge, signature: '' }, solution },
    { challenge: { parameters: challenge.parameters }, solution },
    { challenge },
    { solution },
  ]
  for (const payload of forged)
    expect([payload, await proofs.judge(written(payload), 'ada@example.com')]).toEqual([payload, 'missing'])
  expect(await proofs.judge(written({ challenge, solution }), 'ada@example.com')).toBe('done')
})

test('anything else is none, and throws nothing', async () => {
  const anything = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.json().map((json) => Buffer.from(json).toString('base64')),
  )
  const challenge = fc.record({ parameters: fc.anything(), signature: fc.anything() }, { requiredKeys: [] })
  const shaped = fc.record({ challenge, solution: fc.anything() }, { requiredKeys: [] })
  const json = (value: unknown) => JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each))
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        anything,
        shaped.map((payload) => Buffer.from(json(payload)).toString('base64')),
      ),
      async (text) => {
        expect(['missing', 'expired']).toContain(await proofs.judge(text, 'ada@example.com'))
      },
    ),
  )
})

test('its use is stored until it expires, without the address', async () => {
  const one = await proof()
  await proofs.judge(one, 'stored@example.com')
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: 'sources' }))
  const { challenge } = JSON.parse(Buffer.from(one, 'base64').toString()) as Payload
  expect(Items.map(({ expiresAt }) => Number(expiresAt?.N))).toContain(challenge.parameters.expiresAt)
  expect(JSON.stringify(Items)).not.toMatch(/stored@|ada@/)
})
