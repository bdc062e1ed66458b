import { resolve } from 'node:path'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { root } from '@confirmation-reminder/programs/unchanged'
import { startCloud } from './cloud.ts'
import { checkResettable, prepareDataFolder } from './core/data-folder.ts'
import { nodeOfFunctions } from './node-of-functions.ts'
import { help, type Options, readOptions } from './options.ts'
import { synthesise } from './synthesise.ts'
import { welcome } from './welcome.ts'

surviveLostOutput()

// npm passes on the signal that its child has already got from the terminal: one Ctrl-C arrives twice, within moments.
const samePressMs = 500

async function main(): Promise<void> {
  requireNode()
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(help)
  else await run(options)
}

async function run({ stage, stack, data, reset: resets, token: guarded, ...asked }: Options): Promise<void> {
  const stackFolder = stack === undefined ? await synthesise(stage) : resolve(root, stack)
  const dataFolder = resolve(root, data)
  // All files written from here on may contain addresses and tokens: only their owner may read them.
  process.umask(0o077)
  await prepareDataFolder(dataFolder, { reset: resets })
  const log = (line: string) => console.log(line)
  const settings = { ...asked, guarded, stackFolder, dataFolder, log }
  const reset = async () => {
    await checkResettable(dataFolder)
    return () => void startAgain()
  }
  let cloud = await startCloud({ ...settings, reset })
  let starting: Promise<unknown> | undefined
  // The console asks for it. Its page and exported credentials stay valid.
  const startAgain = () => {
    starting ??= (async () => {
      console.log('Resetting.')
      const { token, cloudUrl, apiUrl } = cloud
      const ports = { cloudPort: Number(new URL(cloudUrl).port), apiPort: Number(new URL(apiUrl).port) }
      await cloud.stop()
      await prepareDataFolder(dataFolder, { reset: true })
      cloud = await startCloud({ ...settings, ...ports, token, reset })
      console.log(`Reset. ${data} is empty.`)
      starting = undefined
    })().catch(fail)
    return starting
  }
  stopOnSignal(async () => {
    console.log('Stopping.')
    await starting
    await cloud.stop()
    console.log(`Stopped. The data is kept in ${data}.`)
  })
  const behindProxy = Boolean(process.env.http_proxy && !process.env.no_proxy)
  const colours = process.stdout.isTTY === true && process.stdout.hasColors()
  const otherNode = nodeOfFunctions(cloud.runtimes)
  console.log(welcome({ ...cloud, iam: asked.iam, dataFolder: data, behindProxy, colours, otherNode }))
  console.log('ready')
}

function requireNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 20)) return
  throw new Error(
    `The local cloud needs Node 20.20 or newer, and this is ${process.versions.node}: install a newer one.`,
  )
}

/** Stops on Ctrl-C and SIGTERM and exits with 0; a second Ctrl-C, while that takes its time, exits at once with 130. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stoppingSince: number | undefined
  const onSignal = () => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > samePressMs) process.exit(130)
      return
    }
    stoppingSince = performance.now()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}

function fail(error: unknown): never {
  // Expected errors are plain Errors with a message for users; any other error needs its stack trace.
  const refusal = error instanceof Error && (error.constructor === Error || error instanceof UsageError)
  console.error(refusal ? error.message : error)
  process.exit(error instanceof UsageError ? error.exitCode : 1)
}

main().catch(fail)
