import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { attemptSeconds } from '@confirmation-reminder/contracts/sending'
import { LocalCloud, type Mail, tokenIn } from '../local-cloud.ts'
import { injected, isReminder, outcomes, setFaults } from '../lost-evidence.ts'

/*
 * The limit of "no reminder after a confirmation": SES accepts a reminder later than 11 seconds after its claim.
 */

const day = 86_400
/** How long SES takes, in seconds. */
const late = 14

let cloud: LocalCloud
let table: DynamoDBClient
beforeAll(async () => {
  cloud = await LocalCloud.start()
  table = new DynamoDBClient(cloud.client)
})
afterAll(async () => {
  table?.destroy()
  await cloud?.dispose()
})

const now = async () => {
  const answer = await fetch(`${cloud.cloudUrl}/_local/clock`)
  return Date.parse(((await answer.json()) as { now: string }).now)
}

/** When the only reminder was claimed, in milliseconds since 1970. */
async function claimedAt(): Promise<number> {
  const { Items = [] } = await table.send(new ScanCommand({ TableName: 'confirmation-reminder-dev-customers' }))
  const mails = Items.flatMap(({ mails }) => mails?.L ?? []).flatMap(({ M }) => (M?.step ? [M] : []))
  expect(mails).toHaveLength(1)
  return Number(mails[0]?.claimedAt?.N)
}

test('a confirmation waits for a reminder until 11 s after its claim; one that SES accepts later can follow it', async () => {
  expect((await cloud.register('ada@example.com')).status).toBe(202)
  const [first] = (await cloud.mails()) as [Mail]
  await cloud.skip(60)
  const slow = { service: 'ses', action: 'SendRawEmail', kind: 'latency', latencyMilliseconds: late * 1000, times: 1 }
  await setFaults(cloud, { ...slow, match: { caller: 'reminder' } })
  const skipped = cloud.skip(day - 60)
  while ((await injected(cloud))[0] === 0) await pause(50)

  // SES has the reminder now, and takes its time.
  expect((await cloud.confirm(tokenIn(first))).status).toBe(200)
  const answeredAt = await now()
  await skipped
  const claimed = await claimedAt()
  expect(answeredAt - claimed).toBeGreaterThanOrEqual(attemptSeconds * 1000)
  while ((await cloud.mails()).filter(isReminder).length === 0) await pause(50)
  const [reminder] = (await cloud.mails()).filter(isReminder) as [Mail]
  expect(Date.parse(reminder.at) - claimed).toBeGreaterThanOrEqual(late * 1000)
  // It is one reminder all the same, and the confirmation stands.
  await setFaults(cloud)
  await cloud.skip(8 * 3600)
  expect((await cloud.mails()).filter(isReminder)).toHaveLength(1)
  const [outcome] = Object.keys(await outcomes(cloud))
  expect(['alreadyConfirmed', 'alreadySent']).toContain(outcome)
  expect((await cloud.confirm(tokenIn(first))).status).toBe(200)
})

test.each(['README.md', 'docs/decisions/0004-evidence-settles-a-claim.md', 'docs/kill-test.md'])(
  '%s says how much later',
  (file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').replaceAll(/\s+/g, ' ')
    expect(text).toContain(`${attemptSeconds} seconds after`)
    expect(text).toContain(`${late} seconds`)
    expect(text).toContain(`${late - attemptSeconds} seconds after the confirmation`)
  },
)
