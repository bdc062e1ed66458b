import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb'
import { DeleteFunctionConcurrencyCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda'
import { held, releases } from '@confirmation-reminder/cli/restore/hold'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { LocalCloud, linkIn, type Mail, type SlackPost, tokenIn } from '../local-cloud.ts'
import { startOf } from '../programs.ts'
import { registerUntilAccepted } from '../register-all.ts'

let cloud: LocalCloud
let dynamodb: DynamoDBClient
let lambda: LambdaClient
beforeAll(async () => {
  cloud = await LocalCloud.start()
  dynamodb = new DynamoDBClient(cloud.client)
  lambda = new LambdaClient(cloud.client)
})
afterAll(async () => {
  dynamodb?.destroy()
  lambda?.destroy()
  await cloud?.dispose()
  // The histories that restores kept.
  const kept = join(__dirname, '../../node_modules/.cache/restore')
  for (const table of [backup, laterBackup]) rmSync(join(kept, `dev-${table}.jsonl`), { force: true })
})

const hour = 3_600
const stageTable = resourceName('dev', 'customers')
const backup = 'customers-restored'
const laterBackup = 'customers-restored-later'
type Item = Record<string, AttributeValue>

async function itemsOf(TableName: string): Promise<Item[]> {
  const found: Item[] = []
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName, ConsistentRead: true })) {
    found.push(...Items)
  }
  return found.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
}
const idOf = (item: Item) => item[customersTable.hashKey]?.S ?? ''

/** What point-in-time recovery would restore for this moment. */
async function backUp(TableName = backup): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: customersTable.hashKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: customersTable.hashKey, KeyType: 'HASH' }],
    }),
  )
  for (const Item of await itemsOf(stageTable)) {
    await dynamodb.send(new PutItemCommand({ TableName, Item }))
  }
}

async function loseEverything(): Promise<void> {
  for (const item of await itemsOf(stageTable)) {
    const Key = { [customersTable.hashKey]: { S: idOf(item) } }
    await dynamodb.send(new DeleteItemCommand({ TableName: stageTable, Key }))
  }
}

async function hold(...names: readonly FunctionName[]): Promise<void> {
  for (const name of names) {
    const FunctionName = resourceName('dev', name)
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }))
  }
}

async function release(...names: readonly FunctionName[]): Promise<void> {
  for (const name of names) {
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: resourceName('dev', name) }))
  }
}

/** As the runbook says: mail events are recorded before mails go out. */
async function endHold(): Promise<void> {
  await release(...releases.first)
  await cloud.skip(300)
  await release(...releases.last)
}

/** What a command on a busy machine says every ten seconds. */
const progress = /^[\d,]+ (?:customers|runs|lines|failed runs|of) .*\n/gm

/** A command as its users start it, without its progress. */
function start(program: 'restore' | 'redrive', ...options: string[]) {
  const child = spawn(process.execPath, [...startOf(program), '--stage', 'local', ...options], {
    env: { ...process.env, AWS_ENDPOINT_URL: cloud.cloudUrl },
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return {
    child,
    ended: ended.then(([stdout, stderr, [code]]) => ({ code, stdout, stderr: stderr.replace(progress, '') })),
  }
}

async function now(): Promise<string> {
  const { now } = (await (await fetch(`${cloud.cloudUrl}/_local/clock`)).json()) as { now: string }
  return now
}

const address = (name: string) =>
  name.startsWith('bounce') ? `${name}@simulator.amazonses.com` : `${name}@example.com`
const register = (...names: string[]) => Promise.all(names.map((name) => registerUntilAccepted(cloud, address(name))))
const mailsOf = (name: string) => cloud.mails(address(name))
const firstMail = async (name: string) => (await mailsOf(name))[0] as Mail
const tokenOf = async (name: string) => tokenIn(await firstMail(name))
const confirm = async (name: string) => expect((await cloud.confirm(await tokenOf(name))).status).toBe(200)
const withdraw = async (name: string) => expect((await cloud.withdraw(await tokenOf(name))).status).toBe(200)
/** The one click of a mail program (RFC 8058). */
const unsubscribe = (token: string) =>
  fetch(`${cloud.apiUrl}/withdraw?${new URLSearchParams({ token })}`, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  })
const reminders = async (name: string) =>
  (await mailsOf(name)).filter(({ subject }) => subject.startsWith('Reminder')).length

/** The names of the customers in the list of a restore, by what it says of them. */
async function listed(stdout: string, names: string[]): Promise<Record<string, string[]>> {
  const nameOf = new Map<string, string>()
  for (const name of names) nameOf.set((await tokenOf(name)).split('.')[0] ?? '', name)
  const found: Record<string, string[]> = {}
  for (const [, fate = '', id = ''] of stdout.matchAll(/^(\w+) (\S{36}) \S{36}$/gm)) {
    found[fate] = [...(found[fate] ?? []), nameOf.get(id) ?? id].sort()
  }
  return found
}

/** How many customers a restore counts by what became of them. */
function counted(stdout: string): Record<string, number> {
  const rows = stdout.matchAll(/^ *(\d+) {2}(\w+) +\S.*$/gm)
  return Object.fromEntries([...rows].map(([, number, fate]) => [fate, Number(number)]))
}

test('after a restore no one gets a mail that they must not get, and customers who still wait get one reminder', async () => {
  const before = ['reminded-before-1', 'reminded-before-2']
  const remindedSince = ['reminded-since-1', 'reminded-since-2']
  const wokenAfterLoss = ['woken-after-loss-1', 'woken-after-loss-2']
  const wokenInHold = ['woken-in-hold-1', 'woken-in-hold-2']
  const waiting = ['waiting-1', 'waiting-2', 'waiting-3']
  const answered = ['confirmed-before', 'withdrawn-before', 'bounce+before']
  const answeredSince = ['confirmed-since', 'withdrawn-since', 'confirmed-then-withdrawn', 'bounce+since']
  const lost = ['lost-1', 'lost-2', 'lost-confirmed', 'lost-withdrawn']
  const unsubscribedInHold = ['unsubscribed-in-hold']
  const unsubscribedMeanwhile = 'unsubscribed-while-restoring'

  await register(...before)
  await cloud.skip(2 * hour)
  await register(...remindedSince)
  await cloud.skip(2 * hour)
  await register(...wokenAfterLoss)
  await cloud.skip(hour)
  await register(...wokenInHold)
  await cloud.skip(20 * hour)
  await register(...waiting, ...answered, ...answeredSince.slice(0, 3), ...unsubscribedInHold, unsubscribedMeanwhile)
  await confirm('confirmed-before')
  await withdraw('withdrawn-before')
  await confirm('confirmed-then-withdrawn')
  await cloud.skip(300)
  // Its bounce is recorded after the moment of the backup.
  await hold('feedback')
  await register('bounce+since')
  await cloud.skip(300)
  const at = await now()
  await backUp()
  await release('feedback')

  await cloud.skip(hour)
  await confirm('confirmed-since')
  await withdraw('withdrawn-since')
  await withdraw('confirmed-then-withdrawn')
  await register(...lost, 'waiting-3')
  await confirm('lost-confirmed')
  await withdraw('lost-withdrawn')
  const all = [
    ...before,
    ...remindedSince,
    ...wokenAfterLoss,
    ...wokenInHold,
    ...waiting,
    ...answered,
    ...answeredSince,
    ...unsubscribedInHold,
    unsubscribedMeanwhile,
  ]
  for (const name of [...before, ...remindedSince]) expect([name, await reminders(name)]).toEqual([name, 1])

  await loseEverything()
  await cloud.skip(2 * hour)
  const isFirstSign = ({ title }: SlackPost) => title.startsWith(':rotating_light:') && title.includes('-runs-Gone |')
  expect((await cloud.slack()).filter(isFirstSign)).toHaveLength(1)
  const options = ['--from', backup, '--at', at]
  const refused = await start('restore', ...options).ended
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('These functions are not held: reminder, register, feedback.'),
  })
  await hold(...held)
  await cloud.skip(hour)
  expect(await itemsOf(stageTable)).toEqual([])
  for (const name of unsubscribedInHold) expect((await unsubscribe(await tokenOf(name))).status).toBe(404)

  const dry = await start('restore', ...options, '--dry-run').ended
  expect(dry.code).toBe(3)
  expect(await itemsOf(stageTable)).toEqual([])

  // Without the logs it goes on only if asked to, and then reminds no one who was pending.
  const denied = { service: 'logs', action: 'FilterLogEvents', kind: 'error', error: 'AccessDeniedException', rate: 1 }
  expect((await cloud.control('PUT', 'faults', [denied])).status).toBe(200)
  const unread = await start('restore', ...options).ended
  expect(unread).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('add --without-logs') })
  const blind = await start('restore', ...options, '--without-logs', '--dry-run').ended
  expect(blind.code).toBe(3)
  expect(await listed(blind.stdout, [...all, ...lost])).toEqual({
    uncertain: [
      'bounce+before',
      'bounce+since',
      'confirmed-since',
      ...unsubscribedInHold,
      unsubscribedMeanwhile,
      ...waiting,
      'withdrawn-since',
      ...wokenInHold,
    ],
    gone: wokenAfterLoss,
    lost: [...lost].sort(),
  })
  expect(await itemsOf(stageTable)).toEqual([])

  // Killed in the middle.
  const slow = { service: 'dynamodb', action: 'PutItem', kind: 'latency', latencyMilliseconds: 500, rate: 1 }
  expect((await cloud.control('PUT', 'faults', [slow])).status).toBe(200)
  const killed = start('restore', ...options)
  while ((await itemsOf(stageTable)).length < 3) await pause(20)
  killed.child.kill('SIGKILL')
  await killed.ended
  expect((await itemsOf(stageTable)).length).toBeLessThan((await itemsOf(backup)).length)
  await cloud.control('PUT', 'faults', [])

  const done = await start('restore', ...options).ended
  expect(done).toMatchObject({ code: 3, stderr: '' })
  const list = {
    confirmed: ['confirmed-since'],
    uncertain: unsubscribedInHold,
    gone: wokenAfterLoss,
    lost: ['lost-1', 'lost-2'],
    lostConfirmed: ['lost-confirmed'],
  }
  const counts = {
    unchanged:
      before.length + wokenInHold.length + waiting.length - 1 + answered.length + [unsubscribedMeanwhile].length,
    mailed: 3,
    undeliverable: 1,
    withdrawn: 2,
    lostWithdrawn: 1,
    confirmed: 1,
    uncertain: 1,
    gone: 2,
    lost: 2,
    lostConfirmed: 1,
  }
  for (const { stdout } of [dry, done]) {
    expect(await listed(stdout, [...all, ...lost])).toEqual(list)
    expect(counted(stdout)).toEqual(counts)
  }
  const restoredItems = await itemsOf(stageTable)
  // It reads no history again.
  const unreadable = { service: 'states', action: 'GetExecutionHistory', kind: 'error', error: 'AccessDeniedException' }
  expect((await cloud.control('PUT', 'faults', [{ ...unreadable, rate: 1 }])).status).toBe(200)
  const repeated = await start('restore', ...options).ended
  expect(repeated).toEqual(done)
  await cloud.control('PUT', 'faults', [])
  expect(await itemsOf(stageTable)).toEqual(restoredItems)

  // One more start finds a customer whose row came after they had asked to unsubscribe.
  const token = await tokenOf(unsubscribedMeanwhile)
  const row = restoredItems.find((item) => token.startsWith(idOf(item))) as Item
  const Key = { [customersTable.hashKey]: { S: idOf(row) } }
  await dynamodb.send(new DeleteItemCommand({ TableName: stageTable, Key }))
  expect((await unsubscribe(token)).status).toBe(404)
  await dynamodb.send(new PutItemCommand({ TableName: stageTable, Item: row }))
  const last = await start('restore', ...options).ended
  expect(await listed(last.stdout, [...all, ...lost])).toEqual({
    ...list,
    uncertain: [...unsubscribedInHold, unsubscribedMeanwhile],
  })

  expect(done.stdout).toContain('aws lambda delete-function-concurrency')
  await endHold()
  expect(await start('redrive', '--since', at, '--per-second', '100').ended).toMatchObject({ stderr: '' })
  await cloud.skipDays(2)
  const once = [...before, ...remindedSince, ...wokenInHold, ...waiting]
  for (const name of [...all, ...lost]) {
    expect([name, await reminders(name)]).toEqual([name, once.includes(name) ? 1 : 0])
  }

  // Links of first mails work, also of the customer whose consent is lost, and those of mails that were sent since.
  for (const name of ['waiting-1', 'confirmed-since']) await confirm(name)
  for (const name of ['reminded-since-1', 'waiting-3']) {
    const sentSince = (await mailsOf(name))[1] as Mail
    expect([name, (await cloud.confirm(tokenIn(sentSince))).status]).toEqual([name, 200])
  }
  // Withdrawals still hold: a registration gets the same answer, and no mail.
  for (const name of ['withdrawn-before', 'withdrawn-since', 'confirmed-then-withdrawn', 'lost-withdrawn']) {
    const mails = await mailsOf(name)
    await register(name)
    expect(await mailsOf(name)).toEqual(mails)
  }
  // Lost customers can register again.
  expect((await fetch(linkIn(await firstMail('lost-1')))).status).toBe(404)
  await register('lost-1')
  expect(await mailsOf('lost-1')).toHaveLength(2)
})

test('after a registration has made a new key, no address gets a reminder that it must not get, or two', async () => {
  const names = ['again-withdrawn', 'again-confirmed', 'again-pending', 'again-confirms']
  await register(...names)
  await withdraw('again-withdrawn')
  await confirm('again-confirmed')
  await cloud.skip(300)
  const at = await now()
  await backUp(laterBackup)
  await loseEverything()
  // The function register reads its key every ten minutes.
  await cloud.skip(1_200)
  await register(...names)
  const secondMail = async (name: string) => (await mailsOf(name))[1] as Mail
  expect((await cloud.confirm(tokenIn(await secondMail('again-confirms')))).status).toBe(200)
  await hold(...held)

  const options = ['--from', laterBackup, '--at', at]
  const refused = await start('restore', ...options).ended
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--replace-key keeps them') })
  const done = await start('restore', ...options, '--replace-key').ended
  expect(done).toMatchObject({ code: 3, stderr: '' })
  expect(await listed(done.stdout, names)).toMatchObject({ duplicate: ['again-confirms', 'again-pending'] })
  expect(counted(done.stdout)).toMatchObject({ registeredAgain: 2, duplicate: 2 })
  expect(done.stdout).toContain(', and the time is after ')
  const repeated = await start('restore', ...options).ended
  expect(counted(repeated.stdout)).toEqual(counted(done.stdout))

  await endHold()
  await start('redrive', '--since', at, '--per-second', '100').ended
  await cloud.skipDays(2)
  const found = await Promise.all(names.map(async (name) => [name, await reminders(name)]))
  expect(Object.fromEntries(found)).toEqual({
    'again-withdrawn': 0,
    'again-confirmed': 0,
    'again-pending': 1,
    'again-confirms': 0,
  })
})
