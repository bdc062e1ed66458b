import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { concurrently } from '../concurrently.ts'
import { progressBar } from '../kill-test/progress-bar.ts'
import { Random } from '../kill-test/random.ts'
import { LocalCloud } from '../local-cloud.ts'
import { bundlePrograms } from '../programs.ts'
import synthesise from '../synthesise.ts'
import { damagesTo, some, Victim } from './files.ts'
import { killUnderLoad } from './kills.ts'
import { help, type Options, readOptions } from './options.ts'
import { attackWith } from './requests.ts'

surviveLostOutput()

// Starts of a local cloud.
const atOnce = 3

/** Each returns what does not hold, in sentences. */
const attacks: Record<Options['attack'], (options: Options, progress: Progress) => Promise<string[]>> = {
  files: attackFiles,
  kills: attackByKills,
  requests: attackByRequests,
}

type Progress = (share: number, words: string) => void

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    console.log(help)
    return 0
  }
  await Promise.all([synthesise(), bundlePrograms()])
  const bar = progressBar(process.stderr)
  const wrongs = await attacks[options.attack](options, bar.show)
  bar.end()
  for (const wrong of wrongs) console.log(`\n${wrong}`)
  console.log(wrongs.length === 0 ? 'Everything holds.' : `\n${wrongs.length} do not hold.`)
  return wrongs.length === 0 ? 0 : 1
}

async function attackFiles({ cases, seed }: Options, progress: Progress): Promise<string[]> {
  const victim = await Victim.make()
  try {
    const random = new Random(seed)
    const all = damagesTo(victim.data, random)
    const chosen = cases === undefined ? all : some(all, cases, random)
    const wrongs: string[] = []
    let [done, kept] = [0, 0]
    await concurrently(chosen, atOnce, async (damage) => {
      const said = await victim.suffer(damage).catch((error: Error) => void wrongs.push(error.message))
      if (said === 'kept') kept += 1
      done += 1
      progress(done / chosen.length, `${done} of ${chosen.length} damages`)
    })
    console.log(`${done} damages: ${kept} starts had kept everything, ${done - kept - wrongs.length} were refused.`)
    return wrongs
  } finally {
    victim.dispose()
  }
}

async function attackByKills({ cases = 30, seed }: Options, progress: Progress): Promise<string[]> {
  const cloud = await LocalCloud.start()
  try {
    const acknowledged = await killUnderLoad(cloud, {
      kills: cases,
      random: new Random(seed),
      progress: (kills) => progress(kills / cases, `${kills} of ${cases} kills`),
    })
    const counts = Object.entries(acknowledged).map(([kind, ids]) => `${ids.length} of the kind ${kind}`)
    console.log(`${cases} kills. Acknowledged: ${counts.join(', ')}.`)
    return []
  } catch (error) {
    return [(error as Error).message]
  } finally {
    await cloud.dispose()
  }
}

async function attackByRequests({ cases = 20_000, seed, protocols }: Options, progress: Progress): Promise<string[]> {
  const wrongs: string[] = []
  for (const protocol of protocols) {
    // Its own: a request that is valid by chance changes nothing for the next protocol.
    const cloud = await LocalCloud.start()
    try {
      const outcome = await attackWith(protocol, cloud, {
        cases,
        seed,
        progress: (sent) => progress(sent / cases, `${protocol}: ${sent} of ${cases} requests`),
      })
      const statuses = [...outcome.statuses].sort(([one], [other]) => one - other)
      const counts = statuses.map(([status, count]) => `${status} ${count}×`)
      console.log(`${protocol}: ${outcome.sent} requests, ${counts.join(', ')}. Memory: ${cloud.memory ?? 'unknown'}.`)
      wrongs.push(...outcome.wrongs.map((wrong) => `${protocol} ${wrong}`))
    } finally {
      await cloud.dispose()
    }
  }
  return wrongs
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error)
    process.exitCode = error instanceof UsageError ? error.exitCode : 3
  },
)
