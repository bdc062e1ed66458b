import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { LocalCloud } from '../local-cloud.ts'
import { spread } from '../statistics.ts'
import type { Figure } from './figure.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const rounds = 5

/** What a developer waits for between an edit and its effect. */
export async function* measureLoop(): AsyncGenerator<Figure> {
  for (const [what, script] of [
    ['`npm run check`, warm', 'check'],
    ['`npm run synth`, both stages, when no function changed', 'synth'],
  ] as const) {
    secondsOfScript(script)
    yield { what, measured: `${spread(Array.from({ length: rounds }, () => secondsOfScript(script)))} s` }
  }
  const seconds: number[] = []
  for (let round = 0; round < rounds; round++) seconds.push(await secondsToReminder())
  yield {
    what: 'register → skip → reminder in the inbox, the first after a start',
    measured: `${spread(seconds)} s, of which 0.5 s are the departure of the response`,
  }
}

/** @throws Error with the output, if the script fails */
function secondsOfScript(script: string): number {
  const beganMs = performance.now()
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm run ${script} failed:\n${stdout}${stderr}`)
  return (performance.now() - beganMs) / 1000
}

async function secondsToReminder(): Promise<number> {
  const cloud = await LocalCloud.start()
  try {
    const beganMs = performance.now()
    await cloud.register('first@example.com')
    await cloud.skipDays(1)
    while ((await cloud.mails('first@example.com')).length < 2) {}
    return (performance.now() - beganMs) / 1000
  } finally {
    await cloud.dispose()
  }
}
