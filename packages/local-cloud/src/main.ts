import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { startCloud } from './cloud.ts'
import { prepareDataFolder } from './core/data-folder.ts'
import { help, type Options, readOptions } from './options.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { synthesise } from './synthesise.ts'
import { welcome } from './welcome.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

async function main(): Promise<void> {
  requireNode()
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(help)
  else await run(options)
}

async function run({ stage, stack, data, reset, token: guarded, ...asked }: Options): Promise<void> {
  const stackFolder = stack === undefined ? await synthesise(root, stage) : resolve(root, stack)
  const dataFolder = resolve(root, data)
  // All files written from here on may contain addresses and tokens: only their owner may read them.
  process.umask(0o077)
  await prepareDataFolder(dataFolder, { reset })
  const log = (line: string) => console.log(line)
  const cloud = await startCloud({ ...asked, guarded, stackFolder, dataFolder, log })
  stopOnSignal(async () => {
    console.log('Stopping.')
    await cloud.stop()
    console.log(`Stopped. The data is kept in ${data}.`)
  })
  console.log(
    welcome({ ...cloud, dataFolder: data, behindProxy: Boolean(process.env.http_proxy && !process.env.no_proxy) }),
  )
  console.log('ready')
}

function requireNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 20)) return
  throw new Error(
    `The local cloud needs Node 20.20 or newer, and this is ${process.versions.node}: install a newer one.`,
  )
}

main().catch((error: unknown) => {
  // Expected errors are plain Errors with a message for users; any other error needs its stack trace.
  const refusal = error instanceof Error && (error.constructor === Error || error instanceof UsageError)
  console.error(refusal ? error.message : error)
  process.exit(error instanceof UsageError ? error.exitCode : 1)
})
