import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { GetAliasCommand, GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import { reminderOutcomes } from '@confirmation-reminder/contracts/outcomes'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { strFromU8, unzipSync } from 'fflate'

// What the customer's mark and the reminder's outcome are called, in bundles too.
const mark = reminderOutcomes.withheld

/**
 * What is wrong with the reminder that is live, in a sentence; undefined if each version that `live` names knows the mark of customers
 * whose reminders are withheld. An older one would remind them. Its code is the only proof: a function that is held cannot be asked, and
 * a commit says nothing in a checkout that does not have it. Other functions keep a mark that they do not know.
 */
export async function unsafeReminder(client: LambdaClient, stage: Stage): Promise<string | undefined> {
  const FunctionName = resourceName(stage, 'reminder')
  const { FunctionVersion = '', RoutingConfig } = await client.send(
    new GetAliasCommand({ FunctionName, Name: liveAlias }),
  )
  for (const Qualifier of [FunctionVersion, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})]) {
    const { Configuration, Code } = await client.send(new GetFunctionCommand({ FunctionName, Qualifier }))
    if (mentions(await download(Code?.Location ?? ''), mark)) continue
    const { Description = '' } = Configuration ?? {}
    const release = Description === '' ? '' : ` (${Description})`
    return `Version ${Qualifier} of ${FunctionName}${release} is live, and does not know the mark "${mark}": it would send the reminders that this command withholds.`
  }
  return undefined
}

function mentions(zip: Uint8Array, word: string): boolean {
  return Object.values(unzipSync(zip)).some((file) => strFromU8(file, true).includes(word))
}

/** @throws Error if the code cannot be read */
async function download(url: string): Promise<Uint8Array> {
  // The local cloud's code is on this machine.
  if (url.startsWith('file:')) return await readFile(fileURLToPath(url))
  const response = await fetch(url)
  if (!response.ok) throw new Error(`Lambda's storage did not return the code: HTTP ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}
