import { createHash } from 'node:crypto'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient } from '@aws-sdk/client-sfn'
import type { Build } from '@confirmation-reminder/cli/ship/build'
import { DeployedFunction } from '@confirmation-reminder/cli/ship/deployed-function'
import { planOf } from '@confirmation-reminder/cli/ship/plan'
import { ship } from '@confirmation-reminder/cli/ship/ship'
import type { StageClients } from '@confirmation-reminder/cli/ship/stage-clients'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { strToU8, zipSync } from 'fflate'
import type { LocalCloud } from './local-cloud.ts'

/** Code that says which build it is, and answers dry runs. */
export function buildOf(name: FunctionName, n: number): Build {
  const code = `exports.handler = async (event) => event.dryRun ? { dryRun: true } : 'build ${n}'`
  const zip = zipSync({ 'handler.js': strToU8(code) }, { mtime: new Date(1980, 0, 1) })
  const sha256Base64 = createHash('sha256').update(zip).digest('base64')
  return { name, zip, sha256Base64, description: `${name} 0.0.${n}, no commit`, committed: true }
}

/** The local cloud as ship sees it, without the seconds between two looks. */
export function clientsIn(cloud: LocalCloud, replaced: Partial<StageClients> = {}): StageClients {
  return {
    stage: 'dev',
    displayName: 'local',
    lambda: new LambdaClient(cloud.client),
    cloudWatchOf: () => new CloudWatchClient(cloud.client),
    states: new SFNClient(cloud.client),
    now: async () => Date.parse((await clock(cloud)).now),
    pollMs: 5,
    ...replaced,
  }
}

const clock = async ({ cloudUrl }: LocalCloud) =>
  (await (await fetch(`${cloudUrl}/_local/clock`)).json()) as { now: string }

/** Ships a build as the command would, and returns what it said. */
export async function shipInProcess(clients: StageClients, build: Build): Promise<string[]> {
  const said: string[] = []
  const target = new DeployedFunction(clients.lambda, resourceName(clients.stage, build.name), clients.pollMs)
  const deployed = await target.read()
  // A canary of some milliseconds: long enough to die in.
  const plan = planOf({ build, deployed, canaryMinutes: 0.0005, nowMs: await clients.now(), rollback: 'rollback' })
  if (plan.found) said.push(plan.found)
  const samples = [{ version: '1.0.0', payload: { token: 'any' } }]
  const terminal = { say: (line: string) => said.push(line), progress: () => {} }
  await ship({ clients, target, deployed, build, plan, samples, terminal, signal: new AbortController().signal })
  return said
}
