import fc from 'fast-check'
import type { RunSummary } from '../core/run-summary.ts'
import { customerOf, outcomeIn, RunIndex, type RunSource } from './run-index.ts'

const customer = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const nameOf = (number: number, trace = number) => `${customer(number)}_${customer(trace)}`
const machineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:reminder'
const arnOf = (name: string) => `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`
const run = (number: number, more: Partial<RunSummary> = {}): RunSummary => {
  const name = more.name ?? nameOf(number)
  return {
    ...{ name, machineArn, definitionHash: 'd', status: 'RUNNING', startMs: number, redriveCount: 0 },
    ...more,
    arn: arnOf(name),
  }
}

/** A store with these runs, whose changes the test makes. */
function source(...runs: RunSummary[]) {
  let [changed, forgotten] = [(_: RunSummary) => {}, (_: string) => {}]
  const all: RunSource['all'] = async function* () {
    for (const one of runs) yield [one]
  }
  const watch: RunSource['watch'] = (onChange, onForgotten) => {
    changed = onChange
    forgotten = onForgotten
  }
  return { all, watch, change: (one: RunSummary) => changed(one), forget: (arn: string) => forgotten(arn) }
}

const addresses = new Map([
  [customer(1), 'Ada@example.com'],
  [customer(2), 'bob@example.com'],
])
const indexOf = async (from: RunSource) => {
  const index = new RunIndex(from, (id) => addresses.get(id))
  await index.ready()
  return index
}
const search = { text: '', limit: 10 }

test('runs are listed newest first, a page at a time', async () => {
  const index = await indexOf(source(run(2), run(1), run(3)))
  const first = index.page({ ...search, limit: 2 })
  expect(first.entries.map(({ startMs }) => startMs)).toEqual([3, 2])
  const second = index.page({ ...search, limit: 2, after: first.next })
  expect(second).toMatchObject({ entries: [{ startMs: 1 }] })
  expect(second.next).toBeUndefined()
})

test('a search finds addresses, names, outcomes, errors and states, in any case, and counts what it finds', async () => {
  const index = await indexOf(
    source(
      run(1, { state: 'Wait' }),
      run(2, { status: 'FAILED', error: 'MailRefused' }),
      run(3, { status: 'SUCCEEDED', output: '{"outcome":"sent"}' }),
    ),
  )
  const found = (text: string) => index.page({ ...search, text }).entries.map(({ startMs }) => startMs)
  expect(found('ADA@')).toEqual([1])
  expect(found('wait')).toEqual([1])
  expect(found('mailrefused')).toEqual([2])
  expect(found('sent')).toEqual([3])
  expect(found(nameOf(2).slice(-20))).toEqual([2])
  expect(found(' @example ')).toEqual([2, 1])
  expect(index.page({ ...search, text: '@example', status: 'FAILED' })).toMatchObject({
    entries: [{ startMs: 2 }],
    counts: { RUNNING: 1, FAILED: 1, SUCCEEDED: 0 },
  })
})

test('a change during the reading is newer than what is read, and a deleted run stays deleted', async () => {
  const early = source(run(1), run(2))
  const all = early.all
  early.all = async function* () {
    early.change(run(1, { status: 'SUCCEEDED' }))
    early.forget(run(2).arn)
    early.change(run(3))
    yield* all()
  }
  const index = await indexOf(early)
  expect(index.page(search).entries.map(({ startMs, status }) => [startMs, status])).toEqual([
    [3, 'RUNNING'],
    [1, 'SUCCEEDED'],
  ])
})

test('a run that goes on loses what no longer holds', async () => {
  const from = source(run(1, { state: 'Wait', wakesMs: 5 }))
  const kept = { ...run(1), customer: customer(1) }
  const index = await indexOf(from)
  from.change(run(1, { status: 'FAILED', state: 'Remind', error: 'E', stopMs: 6 }))
  expect(index.named(nameOf(1))).toEqual({ ...kept, status: 'FAILED', state: 'Remind', error: 'E', stopMs: 6 })
  from.change(run(1, { state: 'Remind', redriveCount: 1 }))
  expect(index.named(nameOf(1))).toEqual({ ...kept, state: 'Remind', redriveCount: 1 })
  expect(index.page(search).counts).toMatchObject({ RUNNING: 1, FAILED: 0 })
})

test('a mail belongs to the run of its customer that had begun last', async () => {
  const index = await indexOf(source(run(1), run(9, { name: nameOf(1, 9) })))
  expect(index.ofCustomer(customer(1), 8)?.startMs).toBe(1)
  expect(index.ofCustomer(customer(1), 9)?.startMs).toBe(9)
  expect(index.ofCustomer(customer(1), 0)).toBeUndefined()
  expect(index.ofCustomer('constructor', 9)).toBeUndefined()
})

test('after any changes the index is what a fresh one would read', async () => {
  const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED'] as const
  const change = fc.record({
    number: fc.nat(5),
    startMs: fc.nat(3),
    status: fc.constantFrom(...statuses),
    forget: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(change), async (changes) => {
      const from = source()
      const index = await indexOf(from)
      const expected = new Map<string, RunSummary>()
      for (const { number, startMs, status, forget } of changes) {
        const one = run(number, { startMs, status })
        if (forget) from.forget(one.arn)
        else from.change(one)
        if (forget) expected.delete(one.arn)
        else expected.set(one.arn, one)
      }
      const fresh = await indexOf(source(...expected.values()))
      expect(index.page(search)).toEqual(fresh.page(search))
    }),
  )
})

test('of a hundred thousand runs, each is on one page, and a search finds the one that is asked for', async () => {
  const all = Array.from({ length: 100_000 }, (_, number) => run(number))
  const index = await indexOf(source(...all))
  expect(index.page({ ...search, text: nameOf(4711) })).toMatchObject({
    entries: [{ startMs: 4711 }],
    counts: { RUNNING: 1 },
  })
  const seen = new Set<number>()
  let after: string | undefined
  do {
    const page = index.page({ ...search, after, limit: 200 })
    for (const { startMs } of page.entries) seen.add(startMs)
    expect(page.counts.RUNNING).toBe(100_000)
    after = page.next
  } while (after !== undefined)
  expect(seen.size).toBe(100_000)
})

test('the outcome is in the output or one level below it', () => {
  expect(outcomeIn('{"outcome":"sent"}')).toBe('sent')
  expect(outcomeIn('{"customerId":"c","reminder":{"outcome":"kept"}}')).toBe('kept')
  for (const none of [undefined, 'null', '7', '"sent"', '[]', '{"outcome":7}', '{"a":null}']) {
    expect(outcomeIn(none)).toBeUndefined()
  }
})

test('the customer of a run is the first of the two ids in its name', () => {
  expect(customerOf(nameOf(1, 2))).toBe(customer(1))
  expect(customerOf('by-hand')).toBeUndefined()
})
