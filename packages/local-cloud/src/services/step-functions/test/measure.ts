import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '../../../core/clock.ts'
import { openStore } from '../../../core/store.ts'
import { startStates } from '../states.ts'

/*
 * Prints what the engine costs: node --expose-gc --import tsx packages/local-cloud/src/services/step-functions/test/measure.ts
 * Starts per second of CPU time and memory per run, of runs that wait for a day, and the CPU time of a Map state with
 * 1,000 iterations of a task.
 */

const folder = join(tmpdir(), `states-measure-${process.pid}`)
const arn = (name: string) => `arn:aws:states:eu-central-1:123456789012:stateMachine:${name}`
const work = { Type: 'Task', Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:work', End: true }
const definitions = {
  waiting: { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 86_400, End: true } } },
  map: {
    StartAt: 'Map',
    States: { Map: { Type: 'Map', ItemProcessor: { StartAt: 'Work', States: { Work: work } }, End: true } },
  },
}
const machines = Object.entries(definitions).map(([name, definition]) => ({
  name,
  arn: arn(name),
  roleArn: 'arn:aws:iam::123456789012:role/reminder',
  type: 'STANDARD' as const,
  definition: JSON.stringify(definition),
  tracing: false,
  logging: undefined,
}))

const store = await openStore(folder)
const clock = new VirtualClock()
const states = await startStates({
  store,
  clock,
  machines: process.argv.includes('--without-map') ? machines.slice(0, 1) : machines,
  invoke: async (_, payload) => ({ payload, logTail: '', executedVersion: '1' }),
  log: console.error,
})
const action = (name: string, input: object): Promise<object> => states.actions[name]?.(input as never) as never
const start = async (name: string, input: unknown) =>
  (await action('StartExecution', { stateMachineArn: arn(name), input: JSON.stringify(input) })) as {
    executionArn: string
  }
const seconds = (since: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

const customer = { customerId: '8a1c1b9e-5a1f-5b5e-9d3c-0d7e3f5a9b10', traceId: '2f8c6f1e-8a55-4a7f-b3cf-5d0d2a3f5f11' }
for (let warm = 0; warm < 40; warm++) await Promise.all(Array.from({ length: 50 }, () => start('waiting', customer)))
globalThis.gc?.()
const heap = process.memoryUsage().heapUsed
const starting = process.cpuUsage()
const runs = 20_000
for (let batch = 0; batch < runs / 50; batch++) {
  await Promise.all(Array.from({ length: 50 }, () => start('waiting', customer)))
}
console.log(`${Math.round(runs / seconds(starting))} starts per second of CPU time`)
globalThis.gc?.()
console.log(`${((process.memoryUsage().heapUsed - heap) / runs).toFixed(1)} bytes of heap per waiting run`)

if (!process.argv.includes('--without-map')) {
  for (const input of [
    Array.from({ length: 1000 }, (_, index) => index),
    Array.from({ length: 1000 }, () => customer),
  ]) {
    const mapping = process.cpuUsage()
    const sinceMs = Date.now()
    const { executionArn } = await start('map', input)
    await states.settled()
    const { status } = (await action('DescribeExecution', { executionArn })) as { status: string }
    console.log(
      `${seconds(mapping).toFixed(1)} s of CPU time (${(Date.now() - sinceMs) / 1000} s) for 1,000 iterations: ${status}`,
    )
  }
}
await states.stop()
clock.stop()
await store.close()
await rm(folder, { recursive: true })
