import { LocalCloud } from '../local-cloud.ts'
import type { Figure } from './figure.ts'
import { usedBy } from './process-of.ts'
import { machine, startRuns } from './start-runs.ts'

/** What waiting runs cost: memory, and a start after `kill -9`. */
export async function* measureWaiting({ waiting }: { waiting: number }): AsyncGenerator<Figure> {
  const cloud = await LocalCloud.start()
  try {
    await cloud.terminate()
    yield { what: 'start with no run', measured: await startAgain(cloud) }
    await startRuns({ url: cloud.cloudUrl, machine }, waiting)
    const { megabytes, mostMegabytes } = usedBy(cloud.pid)
    yield { what: `memory after starting ${waiting} runs`, measured: `${megabytes} MB, at most ${mostMegabytes} MB` }
    await cloud.kill()
    yield { what: `start after kill -9 with ${waiting} waiting runs`, measured: await startAgain(cloud) }
  } finally {
    await cloud.dispose()
  }
}

async function startAgain(cloud: LocalCloud): Promise<string> {
  const beganMs = performance.now()
  await cloud.start()
  const seconds = (performance.now() - beganMs) / 1000
  const { cpuSeconds, megabytes } = usedBy(cloud.pid)
  return `ready after ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU, ${megabytes} MB`
}
