import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type Store } from '../../core/store.ts'
import { Metrics } from './metrics.ts'
import { TestClock } from './test/clock.ts'

const minute = 60_000
const failed = { namespace: 'AWS/States', name: 'ExecutionsFailed', dimensions: { StateMachineArn: 'arn:a|b' } }

let folder: string
let store: Store
let clock: TestClock
let metrics: Metrics

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-'))
  store = await openStore(folder)
  clock = new TestClock('2026-11-23T10:00:00Z')
  metrics = new Metrics(store, clock)
})

afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

test('datums are aggregated into periods, with a beginning and without an end', async () => {
  const fromMs = clock.now()
  await metrics.record([
    { ...failed, value: 5, atMs: fromMs - 1 },
    { ...failed, value: 2, atMs: fromMs },
    { ...failed, value: { sampleCount: 3, sum: 12, minimum: 1, maximum: 9 }, atMs: fromMs + minute - 1 },
    { ...failed, value: 7, atMs: fromMs + 2 * minute },
    { ...failed, value: 1, atMs: fromMs + 3 * minute },
  ])
  expect(await metrics.read(failed, { fromMs, toMs: fromMs + 3 * minute, periodMs: minute })).toEqual([
    { atMs: fromMs, unit: 'None', sampleCount: 4, sum: 14, minimum: 1, maximum: 9 },
    { atMs: fromMs + 2 * minute, unit: 'None', sampleCount: 1, sum: 7, minimum: 7, maximum: 7 },
  ])
})

test('what is measured at the same time is one row, and one group, however often it is measured', async () => {
  const started = { ...failed, name: 'ExecutionsStarted', unit: 'Count', atMs: clock.now() }
  for (const count of [1, 2, 5]) {
    const writes = metrics.writes([
      ...Array.from({ length: count }, (_, value) => ({ ...started, value })),
      ...Array.from({ length: count }, () => ({
        ...failed,
        value: { sampleCount: 2, sum: 3, minimum: 1, maximum: 2 },
        atMs: clock.now(),
      })),
    ])
    expect(writes).toHaveLength(count === 1 ? 2 : 1)
    await store.batch(writes)
  }
  const span = { fromMs: clock.now(), toMs: clock.now() + minute, periodMs: minute }
  expect(await metrics.read(started, span)).toMatchObject([{ sampleCount: 8, sum: 11, minimum: 0, maximum: 4 }])
  expect(await metrics.read(failed, span)).toMatchObject([{ sampleCount: 16, sum: 24, minimum: 1, maximum: 2 }])
})

test('a metric is identified by its namespace, name and all dimensions, in any order', async () => {
  const two = { ...failed, dimensions: { b: '2', a: '1' } }
  await metrics.record([
    { ...two, value: 1 },
    { ...failed, value: 2 },
    { ...failed, name: 'ExecutionsFailedTwice', value: 3 },
  ])
  const span = { fromMs: clock.now(), toMs: clock.now() + minute, periodMs: minute }
  expect(await metrics.read({ ...failed, dimensions: { a: '1', b: '2' } }, span)).toHaveLength(1)
  expect(await metrics.read({ ...failed, dimensions: { a: '1' } }, span)).toEqual([])
  expect((await metrics.read(failed, span))[0]?.sum).toBe(2)
  expect(await metrics.list()).toEqual(
    expect.arrayContaining([
      { ...failed, dimensions: { a: '1', b: '2' } },
      failed,
      { ...failed, name: 'ExecutionsFailedTwice' },
    ]),
  )
})

test('a unit selects the datums that were measured in it', async () => {
  await metrics.record([
    { ...failed, value: 1, unit: 'Count' },
    { ...failed, value: 500, unit: 'Milliseconds' },
  ])
  const span = { fromMs: clock.now(), toMs: clock.now() + 1, periodMs: minute }
  expect((await metrics.read(failed, { ...span, unit: 'Count' })).map(({ sum }) => sum)).toEqual([1])
})

test('a service writes its datum in the same batch as its own data', async () => {
  const runs = store.sublevel<string, string>('runs', { valueEncoding: 'json' })
  await store.batch([
    { type: 'put', sublevel: runs, key: 'run', value: 'FAILED' },
    ...metrics.writes([{ ...failed, value: 1, unit: 'Count' }]),
  ])
  expect(await runs.get('run')).toBe('FAILED')
  expect(await metrics.read(failed, { fromMs: clock.now(), toMs: clock.now() + 1, periodMs: minute })).toHaveLength(1)
})

test('datums are deleted after 15 days, and a metric with its last datum', async () => {
  const other = { ...failed, name: 'ExecutionsAborted' }
  await metrics.record([
    { ...failed, value: 1 },
    { ...other, value: 1 },
  ])
  clock.skip(15 * 24 * 3600)
  await metrics.prune()
  expect(await metrics.list()).toHaveLength(2)
  await metrics.record([{ ...other, value: 1 }])
  clock.skip(1)
  await metrics.prune()
  expect(await metrics.list()).toEqual([other])
})

test('what functions count themselves is kept for as long as AWS keeps sums of hours, and added up', async () => {
  const own = { namespace: 'ours', name: 'Registered', dimensions: {} }
  expect(await metrics.total(own)).toBe(0)
  await metrics.record([{ ...own, value: 2 }])
  await metrics.record([{ ...failed, value: 1 }])
  clock.skip(455 * 24 * 3600)
  await metrics.record([{ ...own, value: 3 }])
  await metrics.prune()
  expect(await metrics.list()).toEqual([own])
  expect(await metrics.total(own)).toBe(5)
  clock.skip(1)
  await metrics.prune()
  expect(await metrics.total(own)).toBe(3)
})

test('the datums of an earlier process and of this one are read together, also where they were measured with others', async () => {
  const other = { ...failed, name: 'ExecutionsAborted' }
  await metrics.record([
    { ...failed, value: 1, unit: 'Count' },
    { ...other, value: 8 },
  ])
  await store.close()
  store = await openStore(folder)
  metrics = new Metrics(store, clock)
  clock.skip(60)
  await metrics.record([{ ...failed, value: 2, unit: 'Count' }])
  const span = { fromMs: clock.now() - minute, toMs: clock.now() + minute, periodMs: minute }
  expect((await metrics.read(failed, span)).map(({ sum }) => sum)).toEqual([1, 2])
  expect((await metrics.read(failed, { ...span, periodMs: 2 * minute })).map(({ sum }) => sum)).toEqual([3])
  expect(await metrics.list()).toEqual([other, failed])
})
