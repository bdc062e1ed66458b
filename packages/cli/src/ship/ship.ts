import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DryRun } from '@confirmation-reminder/contracts/dry-run'
import type { Sample } from '../compatibility/compatibility.ts'
import { Refusal } from '../terminal/refusal.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Build } from './build.ts'
import { alarmsOn, type CanaryMetrics, callsSince, canaryShare, faultOf } from './canary.ts'
import { claimMs, me, readClaim, writeClaim } from './claim.ts'
import { type Alias, type AliasState, type Deployed, type DeployedFunction, describe } from './deployed-function.ts'
import { Busy, exitCodes, messageOf } from './errors.ts'
import { historyAt, longestDescription, recordOf, versionsBefore, withEnd } from './history.ts'
import type { Plan } from './plan.ts'
import type { StageClients } from './stage-clients.ts'

/** The input of a ship. */
export interface Shipping {
  clients: StageClients
  target: DeployedFunction
  deployed: Deployed
  build: Build
  plan: Plan
  samples: readonly Sample[]
  terminal: Terminal
  /** Aborted on Ctrl-C: then live goes back to the previous version. */
  signal: AbortSignal
}

/**
 * Executes a plan: claims the alias, uploads, publishes, tests, runs the canary, promotes. Any error rolls all calls back
 * to the previous version.
 * @throws Busy if another ship uploads at the same time, or moves the alias, which then stays as it is; Refusal that says
 *   why the new version was not promoted
 */
export async function ship(shipping: Shipping): Promise<void> {
  const { clients, target, deployed, build, plan, terminal } = shipping
  if (!plan.release && !plan.repair) return
  const lease = new Lease(target, deployed.alias, { id: randomBytes(4).toString('hex'), what: build.description })
  const asBefore: AliasState = { version: plan.from, weights: {}, description: descriptionBefore(deployed) }
  await lease.hold(asBefore, await clients.now())
  try {
    if (plan.repair) terminal.say(`live is version ${plan.from} alone again.`)
    if (plan.release) await release(shipping, lease, asBefore)
    else await lease.end(asBefore)
  } catch (error) {
    const interrupted = shipping.signal.aborted && new Refusal('Interrupted.')
    await giveBack(lease, asBefore, shipping, interrupted || error)
    throw ended(error, plan, shipping.signal)
  }
}

/** The description of the alias while no one ships: its own or, if a ship died, that of the version with the record. */
function descriptionBefore({ alias, live }: Deployed): string {
  if (!readClaim(alias.description)) return alias.description
  return withEnd(live.Description ?? '', recordOf(alias.version, versionsBefore(alias)))
}

async function release(shipping: Shipping, lease: Lease, asBefore: AliasState): Promise<void> {
  const { target, deployed, build, plan, terminal, signal } = shipping
  let latest = deployed.latest
  if (plan.upload) {
    terminal.progress('Uploading.')
    latest = await target.upload(latest, build, signal)
    terminal.say(`Uploaded ${build.sha256Base64}.`)
  }
  signal.throwIfAborted()
  const { Version: version, Description: description = '' } = await target.publish(latest, build.description, signal)
  terminal.say(`Version ${version} is ${description}.`)
  await tryOut(shipping, version)
  if (plan.canaryMinutes > 0) {
    const canary = { ...asBefore, weights: { [version]: canaryShare } }
    await watch(shipping, lease, canary, version)
  }
  signal.throwIfAborted()
  await lease.end({
    version,
    weights: {},
    description: withEnd(description, recordOf(version, historyAt(deployed.alias, version))),
  })
  terminal.say(`live is version ${version}; before it was version ${plan.from}.`)
}

/** Smoke test: the version answers a dry run of every payload that it may receive. */
async function tryOut({ target, samples, terminal, signal }: Shipping, version: string): Promise<void> {
  for (const { version: contract, payload } of samples) {
    signal.throwIfAborted()
    const { answer, error } = await target.invoke(version, { dryRun: true, input: payload } satisfies DryRun)
    if (error === undefined && Object(answer).dryRun === true) continue
    throw new Refusal(
      `Version ${version} does not answer a dry run with the payload of contracts ${contract}: ${error ?? 'its response is not that of a dry run'}.`,
    )
  }
  terminal.say(`Version ${version} answers dry runs of all ${samples.length} released payloads.`)
}

async function watch(shipping: Shipping, lease: Lease, canary: AliasState, version: string): Promise<void> {
  const { clients, target, deployed, plan, terminal, signal } = shipping
  const cloudWatch = clients.cloudWatchOf(deployed.latest.FunctionArn ?? '')
  const alarmsBefore = await alarmsOn(cloudWatch, clients.stage)
  const fromMs = await clients.now()
  await lease.hold(canary, fromMs)
  terminal.say(`live is ${describe(canary)}, for ${plan.canaryMinutes} min.`)
  const endMs = fromMs + plan.canaryMinutes * 60_000
  for (let nowMs = fromMs; ; nowMs = await clients.now()) {
    const versions = { before: plan.from, after: version }
    const sight: CanaryMetrics = {
      ...(await callsSince(cloudWatch, target.functionName, versions, { fromMs, nowMs })),
      alarms: await alarmsOn(cloudWatch, clients.stage),
    }
    const fault = faultOf(sight, alarmsBefore)
    if (fault) throw new Refusal(`The canary failed: ${fault}.`, exitCodes.rolledBack)
    if (nowMs >= endMs) return report(sight, version, terminal)
    const left = Math.ceil((endMs - nowMs) / 60_000)
    const { invocations, errors } = sight.after
    terminal.progress(`Canary: ${invocations} calls, ${errors} errors; ${left} min to go. Ctrl-C rolls back.`)
    await lease.renew(canary, nowMs)
    await sleep(Math.min(clients.pollMs, endMs - nowMs), undefined, { signal })
  }
}

function report({ after }: CanaryMetrics, version: string, terminal: Terminal): void {
  if (after.invocations > 0) terminal.say(`The canary had ${after.invocations} calls and ${after.errors} errors.`)
  else terminal.say(`Version ${version} received no calls during the canary: only the dry runs have tested it.`)
}

async function giveBack(
  lease: Lease,
  asBefore: AliasState,
  { target, clients, build, terminal }: Shipping,
  reason: unknown,
): Promise<void> {
  try {
    await lease.end(asBefore)
    terminal.say(`live is ${describe(asBefore)} alone, as before.`)
  } catch (error) {
    // Then live belongs to another user, and there is nothing to return. After any other error, it may still have the canary.
    if (error instanceof Busy) throw error
    const rollback = `npm run ship -- rollback ${build.name} --stage ${clients.displayName} --to ${asBefore.version}`
    throw new Refusal(
      `${sentence(reason)} Rollback of alias \`live\` on ${target.functionName} failed: ${sentence(error)} Run "${rollback}".`,
      exitCodes.notGivenBack,
    )
  }
}

/** The error in words that other sentences can follow: AWS's own messages often end without a period. */
const sentence = (error: unknown) => messageOf(error).replace(/[^.]$/, '$&.')

function ended(error: unknown, { from }: Plan, signal: AbortSignal): unknown {
  if (!signal.aborted) return error
  return new Refusal(`Interrupted: version ${from} has all calls.`, exitCodes.interrupted)
}

/** The alias while this ship holds it: its description says so, and every change names the revision of the last one. */
class Lease {
  private aliveUntilMs = 0
  private readonly before: readonly string[]

  constructor(
    private readonly target: DeployedFunction,
    private alias: Alias,
    private readonly claim: { id: string; what: string },
  ) {
    this.before = versionsBefore(alias)
  }

  /** @throws Busy if the alias has changed since it was read */
  async hold(state: AliasState, nowMs: number): Promise<void> {
    this.aliveUntilMs = nowMs + claimMs
    const claim = writeClaim({ ...this.claim, by: me(), aliveUntilMs: this.aliveUntilMs })
    // The next ship reads the record from the claim, if this one dies.
    const record = recordOf(state.version, this.before, longestDescription - claim.length)
    this.alias = await this.target.writeAlias(this.alias, { ...state, description: `${claim}${record}` })
  }

  /** Renews the claim when half of its time is over. */
  async renew(state: AliasState, nowMs: number): Promise<void> {
    if (nowMs > this.aliveUntilMs - claimMs / 2) await this.hold(state, nowMs)
  }

  async end(state: AliasState): Promise<void> {
    this.alias = await this.target.writeAlias(this.alias, state)
  }
}
