import type { ExecutionEnvironment, Invocation } from './execution-environment.ts'
import { Pool, youngAtOnce } from './pool.ts'

const minute = 60_000

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

/** A pool whose environments work until the test lets all calls end. */
function poolOf(size: number) {
  const all: { alive: boolean }[] = []
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const create = () => {
    const environment = {
      alive: true,
      run: () => ended.then(() => ({ ending: { kind: 'ready' } })),
      terminate: async () => {
        environment.alive = false
      },
    }
    all.push(environment)
    return environment as unknown as ExecutionEnvironment
  }
  return { pool: new Pool(create, size, minute), end, alive: () => all.filter(({ alive }) => alive).length }
}

test('after a burst, as many environments stay warm as the processors can run, and none for ever', async () => {
  const size = youngAtOnce + 5
  const { pool, end, alive } = poolOf(size)
  const calls = Array.from({ length: size }, () => pool.run({} as Invocation))
  // Each has to wait for something before further ones are started.
  for (let begun = 0; begun < size; begun += youngAtOnce) await jest.advanceTimersByTimeAsync(1000)
  expect(alive()).toBe(size)
  end()
  await Promise.all(calls)
  await jest.advanceTimersByTimeAsync(5000)
  expect(alive()).toBe(youngAtOnce)
  await jest.advanceTimersByTimeAsync(minute)
  expect(alive()).toBe(0)
})
