import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { keepSamples, readSamples, unreleased } from '../compatibility/samples.ts'
import type { StageOrLocal } from '../stage/connection.ts'
import { missingRegion } from '../stage/describe-error.ts'
import { hideNodeWarning } from '../stage/node-warning.ts'
import { exitWith } from '../terminal/exit-with.ts'
import { signalOfInterruption } from '../terminal/interruption.ts'
import { Refusal } from '../terminal/refusal.ts'
import { terminalOn } from '../terminal/terminal.ts'
import { affectedFunctions } from './affected.ts'
import { buildFunction, newerCommit } from './build.ts'
import { DeployedFunction } from './deployed-function.ts'
import { exitCodeOf, messageOf } from './errors.ts'
import { help, type Options, readOptions } from './options.ts'
import { planOf, printed, printedUnseen } from './plan.ts'
import { checkPromises, preflight } from './preflight.ts'
import { printedRollback, rollBack, rollbackTo } from './rollback.ts'
import { ship } from './ship.ts'
import { clientsOf, type StageClients } from './stage-clients.ts'
import { statusOf } from './status.ts'

surviveLostOutput()
hideNodeWarning()

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const contracts = join(root, 'packages/contracts')
const samplesFolder = join(contracts, 'samples')
const terminal = terminalOn(process.stdout)

type Of<Command extends Options['command']> = Extract<Options, { command: Command }>

const commands: { [C in Options['command']]: (options: Of<C>) => Promise<void> | void } = {
  help: () => terminal.say(help),
  changed: ({ since }) => terminal.say(JSON.stringify(affectedFunctions(root, since))),

  sample({ name }) {
    const { version } = JSON.parse(readFileSync(join(contracts, 'package.json'), 'utf8'))
    const kept = keepSamples(samplesFolder, name, version)
    if (kept.length === 0) return terminal.say(`Nothing new: today's payloads of ${name} are already kept.`)
    for (const path of kept) terminal.say(`Kept ${relative(root, join(samplesFolder, path))}.`)
    terminal.say('Commit the new files, and never edit them.')
  },

  async status({ names, stage }) {
    const clients = await clientsOf(stage)
    for (const name of names) {
      for (const line of await statusOf(await functionIn(clients, name), clients)) terminal.say(line)
    }
  },

  async rollback({ name, stage, to, dryRun }) {
    const clients = await clientsOf(stage)
    const target = await functionIn(clients, name)
    const [deployed, versions] = await Promise.all([target.read(), target.versions()])
    const published = versions.map(({ Version = '' }) => Version)
    const version = rollbackTo(deployed, published, to)
    for (const line of printedRollback(deployed, published, version, await clients.now())) terminal.say(line)
    if (!dryRun) terminal.say(`live is ${await rollBack(target, deployed, version)}.`)
  },

  async ship({ name, stage, canaryMinutes, dryRun }) {
    checkReleased(name)
    const build = await buildFunction(root, name)
    if (stage !== 'local' && !build.committed && !dryRun) {
      throw new Refusal(
        'Uncommitted changes, or not a git checkout. Commit first, so that the code can be built again.',
      )
    }
    const samples = readSamples(samplesFolder, name)
    checkPromises(name, samples)
    const clients = await clientsOf(stage)
    if (dryRun && !(await hasCredentials(clients))) {
      for (const line of printedUnseen(build, canaryMinutes)) terminal.say(line)
      return
    }
    const target = await functionIn(clients, name)
    const deployed = await target.read()
    const plan = planOf({
      build,
      deployed,
      canaryMinutes,
      nowMs: await clients.now(),
      rollback: rollbackOf(name, stage),
    })
    for (const line of printed(plan, build)) terminal.say(line)
    if (plan.release) {
      const newer = newerCommit(root, deployed.live.Description)
      if (newer) {
        throw new Refusal(
          `live is commit ${newer}, which is newer than this checkout. To undo it, run "${rollbackOf(name, stage)}", or revert the commit and ship that.`,
        )
      }
      const environment = deployed.latest.Environment?.Variables ?? {}
      await preflight({ name, zip: build.zip, environment, samples })
    }
    if (dryRun) return
    const signal = signalOfInterruption()
    signal.addEventListener('abort', () => terminal.say('Rolling back.'))
    await ship({ clients, target, deployed, build, plan, samples, terminal, signal })
  },
}

async function functionIn({ lambda, stage }: StageClients, name: FunctionName): Promise<DeployedFunction> {
  await lambda.config.region().catch(() => {
    throw new Refusal(missingRegion)
  })
  return new DeployedFunction(lambda, resourceName(stage, name))
}

function checkReleased(name: FunctionName): void {
  if (unreleased(samplesFolder, name).length === 0) return
  throw new Refusal(
    `The payload of ${name} has changed. Keep it permanently with "npm run ship -- sample ${name}", commit it, and ship again.`,
  )
}

const rollbackOf = (name: FunctionName, stage: StageOrLocal) => `npm run ship -- rollback ${name} --stage ${stage}`

async function hasCredentials({ lambda }: StageClients): Promise<boolean> {
  return await lambda.config.credentials().then(
    () => true,
    () => false,
  )
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  await (commands[options.command] as (options: Options) => Promise<void> | void)(options)
  return 0
}

exitWith(main(), messageOf, exitCodeOf)
