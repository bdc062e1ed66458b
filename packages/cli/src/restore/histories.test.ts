import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHistories, type Settings } from './histories.ts'
import type { Attempt, Run } from './runs.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'histories-'))
  file = join(folder, 'kept', 'restored.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const nowMs = Date.UTC(2026, 10, 27)
const minute = 60_000
const ids = { customerId: '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11', traceId: '3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f' }
const run = (stopMs?: number): Run => ({ executionArn: 'arn', ...ids, isOpen: true, startMs: 1, stopMs })
const refused: Attempt = { startMs: 5, input: '{}', endMs: 6, error: 'Lambda.TooManyRequestsException' }
const underWay: Attempt = { startMs: 7, input: '{}' }

/** One start of the command: the history that it uses of a run, and how many it reads. */
async function start(one: Run, history: Attempt[], more: Partial<Settings> = {}) {
  let reads = 0
  const warnings: string[] = []
  const attemptsOf = await openHistories({
    ...{ file, nowMs, reminderRanAt: () => undefined, warn: (message) => warnings.push(message) },
    read: async () => {
      reads += 1
      return history
    },
    ...more,
  })
  return { attempts: await attemptsOf(one), reads, warnings }
}

test('a second start reads no history again, of a run that goes on or has ended', async () => {
  for (const one of [run(), run(9)]) {
    expect(await start(one, [refused])).toEqual({ attempts: [refused], reads: 1, warnings: [] })
    expect(await start(one, [])).toEqual({ attempts: [refused], reads: 0, warnings: [] })
  }
})

test('a run that ended since, or was redriven and ended again, is read again, and then kept', async () => {
  await start(run(), [])
  for (const stopMs of [9, 10]) {
    expect(await start(run(stopMs), [refused])).toMatchObject({ attempts: [refused], reads: 1 })
    expect(await start(run(stopMs), [])).toMatchObject({ attempts: [refused], reads: 0 })
  }
  expect(await start(run(), [])).toMatchObject({ attempts: [], reads: 1 })
})

test('a run that goes on is read again if the reminder has run for its customer since', async () => {
  const ranAt = (ms: number) => ({
    nowMs: nowMs + 60 * minute,
    reminderRanAt: (customerId: string) => (customerId === ids.customerId ? ms : undefined),
  })
  await start(run(), [])
  expect(await start(run(), [refused], ranAt(nowMs - minute - 1))).toMatchObject({ attempts: [], reads: 0 })
  expect(await start(run(), [refused], ranAt(nowMs - minute))).toMatchObject({ attempts: [refused], reads: 1 })
  expect(await start(run(), [], ranAt(nowMs - minute))).toMatchObject({ attempts: [refused], reads: 0 })
})

test('a run that goes on is read again without the logs, or if an attempt was under way', async () => {
  await start(run(), [])
  const attemptsOf = await openHistories({ file, nowMs, read: async () => [refused], warn: () => {} })
  expect(await attemptsOf(run())).toEqual([refused])
  await start(run(9), [underWay])
  expect(await start(run(9), [])).toMatchObject({ attempts: [underWay], reads: 0 })
  rmSync(file)
  await start(run(), [refused, underWay])
  expect(await start(run(), [refused])).toMatchObject({ attempts: [refused], reads: 1 })
})

test('a line of which a kill left a part costs one history', async () => {
  await start(run(9), [refused])
  truncateSync(file, readFileSync(file).length - 5)
  expect(await start(run(9), [refused])).toMatchObject({ reads: 1 })
  expect(await start(run(9), [])).toMatchObject({ attempts: [refused], reads: 0 })
  appendFileSync(file, '{"name":')
  expect(await start(run(9), [])).toMatchObject({ attempts: [refused], reads: 0 })
})

test('a restore goes on without the file, and says so once', async () => {
  writeFileSync(join(folder, 'kept'), '')
  const found = await start(run(), [refused])
  expect(found).toMatchObject({ attempts: [refused], reads: 1 })
  expect(found.warnings).toEqual([expect.stringContaining('Another start will read all histories again')])
})
