import { DescribeStateMachineCommand, paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn'
import { parseArn } from '@confirmation-reminder/contracts/arn'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { isAlive, readClaim } from './claim.ts'
import { configDrift } from './config-drift.ts'
import type { DeployedFunction } from './deployed-function.ts'
import { messageOf } from './errors.ts'
import { outlookOf } from './rollback.ts'
import type { StageClients } from './stage-clients.ts'

/** The status of a function: versions and their shares, config drift, and waiting runs. */
export async function statusOf(target: DeployedFunction, clients: StageClients): Promise<string[]> {
  const [{ alias, live, latest }, versions] = await Promise.all([target.read(), target.versions()])
  const moved = Object.entries(alias.weights)
  const stays = moved.reduce((rest, [, share]) => rest - share, 1)
  const shares = new Map([[alias.version, stays], ...moved])
  const claim = readClaim(alias.description)
  const published = versions.map(({ Version = '' }) => Version)
  const drift = configDrift(live, latest)
  const shown = versions.filter(({ Version = '' }, index) => shares.has(Version) || index >= versions.length - longest)
  return [
    `${target.functionName} in ${clients.displayName}`,
    ...shown.reverse().map(({ Version = '', LastModified = '', Description }) => {
      const share = shares.has(Version) ? `${Math.round((shares.get(Version) ?? 0) * 100)} %` : ''
      return `  ${Version.padStart(4)}  ${share.padStart(5)}  ${LastModified.slice(0, 16)}  ${Description}`
    }),
    ...(claim
      ? [`  ${claim.by} ${isAlive(claim, await clients.now()) ? 'is shipping' : 'died while shipping'} ${claim.what}.`]
      : []),
    `  ${outlookOf(alias, published)}`,
    ...(claim || latest.CodeSha256 === live.CodeSha256
      ? []
      : ['  $LATEST holds other code than live: shipped half-way, or rolled back.']),
    drift.length === 0
      ? '  No change of Terraform is pending.'
      : `  Pending until the next ship: Terraform changed ${drift.join(', ')}.`,
    `  ${await waiting(clients, target.functionName, latest.FunctionArn ?? '')}`,
  ]
}

// Enough history for a status; Lambda keeps the older ones, too.
const longest = 10

/** The waiting runs, and under which name they will call the function. */
async function waiting({ states, stage }: StageClients, functionName: string, functionArn: string): Promise<string> {
  const { partition, region, accountId } = parseArn(functionArn)
  const machine = resourceName(stage, 'workflow')
  const stateMachineArn = `arn:${partition}:states:${region}:${accountId}:stateMachine:${machine}`
  try {
    const { definition = '' } = await states.send(new DescribeStateMachineCommand({ stateMachineArn }))
    const called = [...new Set(definition.match(new RegExp(`function:${functionName}(:[\\w$-]+)?`, 'g')))]
    if (called.length === 0) return 'No run waits for it.'
    const names = called.map((name) => name.replace('function:', '')).join(', ')
    const runs = await openRuns(states, stateMachineArn)
    return runs === '0' ? `No run waits; a run would call ${names}.` : `${runs} runs wait, to call ${names}.`
  } catch (error) {
    return `The waiting runs cannot be read. ${messageOf(error, 'These credentials may not read them.')}`
  }
}

// A page has a thousand runs; above ten thousand the exact number does not matter.
const mostPages = 10

async function openRuns(client: SFNClient, stateMachineArn: string): Promise<string> {
  let runs = 0
  let pages = 0
  const found = paginateListExecutions({ client, pageSize: 1000 }, { stateMachineArn, statusFilter: 'RUNNING' })
  for await (const { executions = [] } of found) {
    runs += executions.length
    pages += 1
    if (pages === mostPages) return `more than ${runs}`
  }
  return String(runs)
}
