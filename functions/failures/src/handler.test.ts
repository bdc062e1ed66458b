import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { EnvironmentVariables } from '@confirmation-reminder/contracts/functions'
import { loseResponse } from '@confirmation-reminder/contracts/test/lose-response'
import { type Log, loadHandler } from '@confirmation-reminder/handler/test/load-handler'
import { failedRunEvent } from './test/failed-run-event.ts'
import { startServices, tableName, topicArn } from './test/services.ts'

let services: Awaited<ReturnType<typeof startServices>>
let call: (event: unknown) => Promise<unknown>
let log: Log

beforeAll(async () => {
  services = await startServices()
  const environment: EnvironmentVariables<'failures'> = {
    FAILURES_TABLE: tableName,
    NOTIFY_TOPIC_ARN: topicArn,
    RUNBOOK_URL: 'https://example.com/runbook',
  }
  ;({ call, log } = await loadHandler({ ...environment }, () => import('./handler.ts')))
})
afterAll(async () => {
  jest.restoreAllMocks()
  await services.stop()
})
beforeEach(() => {
  services.posts.length = 0
  services.requests.history.length = 0
  log.clear()
})

const handle = (detail: Record<string, unknown>) => call(failedRunEvent(detail))
const titles = () => services.posts.map(({ content }) => content.title)

/** Each test uses its own error, and so its own window. */
const burst = async (error: string, count: number) => {
  let next = 0
  const worker = async () => {
    while (next++ < count) await handle({ error })
  }
  // They race, and yet a busy machine answers each of their calls within the two seconds that the client waits.
  await Promise.all(Array.from({ length: 8 }, worker))
}

test('the first failed run of an error is posted to the topic of the alarms, with the state in which it ended', async () => {
  expect(await handle({ error: 'First' })).toEqual({ outcome: 'posted' })
  expect(titles()).toEqual([':x: 1 run failed: First'])
  expect(services.posts[0]?.content.description).toContain('*State*: `TriggerNotification`')
  expect(services.requests.publish.at(-1)?.get('TopicArn')).toBe(topicArn)
  expect(services.requests.history).toEqual([
    expect.objectContaining({ reverseOrder: true, includeExecutionData: false }),
  ])
  expect(log.text).toContain('"outcome":"posted"')
})

test('a burst of 1,000 failed runs makes at most six posts, the last with the count 1,000', async () => {
  await burst('Burst', 1_000)
  // The first three come at the same moment, so that one post may cover two of them.
  expect([4, 5, 6]).toContain(titles().length)
  expect(titles().at(-1)).toBe(':x: 1,000 runs failed: Burst')
  // The history is read only for a run that is posted.
  expect(services.requests.history).toHaveLength(titles().length)
  // A thousand invocations: more than a unit test can do within its usual limit on a busy machine.
}, 120_000)

test('another error, and the same error a quarter of an hour later, get posts of their own', async () => {
  const stopDate = Date.UTC(2026, 6, 29, 10, 17)
  for (const seconds of [0, 30, 60]) await handle({ error: 'Mine', stopDate: stopDate + seconds * 1000 })
  expect(await handle({ error: 'Mine', stopDate: stopDate + 90_000 })).toEqual({ outcome: 'counted' })
  await handle({ error: 'Other', stopDate })
  await handle({ error: 'Mine', stopDate: stopDate + 15 * 60_000 })
  expect(titles()).toEqual(
    [
      '1 run failed: Mine',
      '2 runs failed: Mine',
      '3 runs failed: Mine',
      '1 run failed: Other',
      '1 run failed: Mine',
    ].map((headline) => `:x: ${headline}`),
  )
})

test('a post that could not be published fails the function, and the retry publishes it', async () => {
  services.refusing.publish = 1
  await expect(handle({ error: 'Refused' })).rejects.toMatchObject({ name: 'AuthorizationErrorException' })
  expect(titles()).toEqual([])
  expect(await handle({ error: 'Refused' })).toEqual({ outcome: 'posted' })
  expect(titles()).toHaveLength(1)
})

test('if an invocation dies after claiming a post, another publishes it once the claim has lapsed', async () => {
  const { openTally, claimMs } = await import('./tally.ts')
  const { readFailedRun } = await import('./failed-run.ts')
  const { windowOf } = await import('./window.ts')
  const window = windowOf(readFailedRun(failedRunEvent({ error: 'Died' })))
  expect(await openTally(tableName).claim(window, 1, Date.now())).toBeDefined()

  expect(await handle({ error: 'Died' })).toEqual({ outcome: 'counted' })
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + claimMs + 1)
  expect(await handle({ error: 'Died' })).toEqual({ outcome: 'posted' })
})

test('a claim whose response was lost is still its own, and no other may release it', async () => {
  const { openTally } = await import('./tally.ts')
  const client = new DynamoDBClient({})
  loseResponse(client, 'UpdateItemCommand')
  const window = { error: 'Lost', beganMs: Date.UTC(2026, 6, 29) }
  const mine = await openTally(tableName, client).claim(window, 1, Date.now())
  expect(mine).toBeDefined()
  const others = openTally(tableName)
  await others.count(window)
  expect(await others.claim(window, 1, Date.now())).toBeUndefined()
  await mine?.release()
  const next = await others.claim(window, 1, Date.now())
  // As if the client repeated it.
  await mine?.release()
  expect(next).toBeDefined()
  expect(await others.claim(window, 1, Date.now())).toBeUndefined()
})

test('without a readable history the post lacks only the name of the state', async () => {
  services.refusing.history = 1
  expect(await handle({ error: 'Blind' })).toEqual({ outcome: 'posted' })
  expect(services.posts[0]?.content.description).toContain('*State*: unknown')
  expect(log.text).toContain('"error":"AccessDeniedException: not allowed"')
})

test('the counts expire a day after their window', async () => {
  const { Items = [] } = await services.client.send(new ScanCommand({ TableName: tableName }))
  expect(Items.length).toBeGreaterThan(0)
  for (const { errorWindow, expiresAt } of Items) {
    const began = Date.parse(errorWindow?.S?.split(' ').at(-1) ?? '')
    expect(Number(expiresAt?.N)).toBe(began / 1000 + 86_400)
  }
})

test('no post and no log line contains an address', async () => {
  await handle({ error: 'Private', cause: JSON.stringify({ errorMessage: 'no mail to ada@example.com' }) })
  expect(services.posts[0]?.content.description).toContain('[address]')
  expect(JSON.stringify(services.posts) + log.text).not.toContain('ada@')
})
