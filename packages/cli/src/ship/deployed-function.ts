import { setTimeout as sleep } from 'node:timers/promises'
import {
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type LambdaClient,
  PublishVersionCommand,
  paginateListVersionsByFunction,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActive,
  waitUntilFunctionUpdated,
} from '@aws-sdk/client-lambda'
import { liveAlias } from '@confirmation-reminder/contracts/names'
import { Refusal } from '../terminal/refusal.ts'
import { readClaim } from './claim.ts'
import { configDrift } from './config-drift.ts'
import { Busy, exitCodes, isConflict } from './errors.ts'

/** The state of an alias. */
export interface AliasState {
  version: string
  /** The share of the calls, between 0 and 1, that other versions get. */
  weights: Readonly<Record<string, number>>
  description: string
}

/** An alias as it was read; a change must name its revision. */
export interface Alias extends AliasState {
  revisionId: string | undefined
}

/** A deployed function. */
export interface Deployed {
  alias: Alias
  /** `$LATEST`: the configuration of Terraform and the uploaded code, released or not. */
  latest: FunctionConfiguration
  /** The version that `live` names first. */
  live: FunctionConfiguration
}

// Lambda needs seconds; more than two minutes is an error.
const longestWaitSeconds = 120

// With pauses of one to four seconds: ten in all, as long as an update of a function takes at most, usually.
const mostAttempts = 5

/** One function in AWS, its versions and its alias `live`. */
export class DeployedFunction {
  constructor(
    private readonly client: LambdaClient,
    /** The name in Lambda. */
    readonly functionName: string,
    /** Milliseconds before the second attempt where another operation is in progress; the next ones come later. */
    private readonly pauseMs = 1000,
  ) {}

  /** @throws Refusal if there is no such function */
  async read(): Promise<Deployed> {
    const [latest, alias] = await Promise.all([this.configuration(), this.alias()]).catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error
      throw new Refusal(
        `There is no ${this.functionName} with an alias ${liveAlias}: deploy the stage with Terraform first, as docs/deploy.md says.`,
      )
    })
    return { alias, latest, live: await this.configuration(alias.version) }
  }

  configuration(version?: string): Promise<FunctionConfiguration> {
    return this.client.send(this.about(GetFunctionConfigurationCommand, version ? { Qualifier: version } : {}))
  }

  /** All published versions, the oldest first. */
  async versions(): Promise<FunctionConfiguration[]> {
    const found: FunctionConfiguration[] = []
    const pages = paginateListVersionsByFunction({ client: this.client }, { FunctionName: this.functionName })
    for await (const { Versions = [] } of pages) found.push(...Versions)
    return found.filter(({ Version }) => Version !== '$LATEST').sort((a, b) => Number(a.Version) - Number(b.Version))
  }

  async alias(): Promise<Alias> {
    const found = await this.client.send(this.about(GetAliasCommand, { Name: liveAlias }))
    const { FunctionVersion = '', RoutingConfig, Description = '', RevisionId: revisionId } = found
    return {
      version: FunctionVersion,
      weights: RoutingConfig?.AdditionalVersionWeights ?? {},
      description: Description,
      revisionId,
    }
  }

  /**
   * Changes the alias if it has not changed since it was read. Where another operation is in progress, it waits some seconds.
   * @throws Busy if it has changed; Refusal if the other operation takes longer
   */
  async writeAlias(before: Alias, wanted: AliasState): Promise<Alias> {
    const { version, weights, description } = wanted
    const change = this.about(UpdateAliasCommand, {
      Name: liveAlias,
      FunctionVersion: version,
      RoutingConfig: { AdditionalVersionWeights: weights },
      Description: description,
      RevisionId: before.revisionId,
    })
    return await this.patiently(async () => {
      try {
        const { RevisionId } = await this.client.send(change)
        return { ...wanted, revisionId: RevisionId }
      } catch (error) {
        if (!isStale(error)) throw error
        return await this.afterStale(wanted)
      }
    })
  }

  /** The alias, if an update that AWS calls outdated was done all the same; otherwise it throws. */
  private async afterStale(wanted: AliasState): Promise<Alias> {
    // If a response was lost, the client retries and conflicts with its own change.
    const now = await this.alias()
    if (sameState(now, wanted)) return now
    const claim = readClaim(now.description)
    const who = claim ? `${claim.by}, who is shipping ${claim.what},` : 'Another user'
    throw new Busy(
      `${who} has just changed ${liveAlias} of ${this.functionName}: it is ${describe(now)}. Nothing of theirs was overwritten.`,
    )
  }

  /**
   * Uploads code to `$LATEST` if that has not changed since it was read, and waits until Lambda is done. Where another
   * operation is in progress, it waits some seconds.
   * @throws Busy if it has changed; Refusal if the other operation takes longer
   */
  async upload(
    read: FunctionConfiguration,
    { zip, sha256Base64 }: { zip: Uint8Array; sha256Base64: string },
    signal: AbortSignal,
  ): Promise<FunctionConfiguration> {
    const isDone = ({ CodeSha256 }: FunctionConfiguration) => CodeSha256 === sha256Base64
    await this.changeLatest(read, signal, async (RevisionId) => {
      const upload = this.about(UpdateFunctionCodeCommand, { ZipFile: zip, RevisionId })
      try {
        await this.client.send(upload, { abortSignal: signal })
      } catch (error) {
        // If a response was lost, the client retries and conflicts with its own upload.
        if (!isRefused(error) || !isDone(await this.configuration())) throw error
      }
    })
    await this.ready((target) => waitUntilFunctionUpdated(this.waiting(signal), target))
    // Lambda changes the revision again when the update is done.
    const latest = await this.configuration()
    if (isDone(latest)) return latest
    throw this.otherUpload()
  }

  /**
   * Publishes `$LATEST` if it has not changed since it was read, and waits until the version can be invoked. Lambda
   * publishes the same code and configuration only once. Where another operation is in progress, it waits some seconds.
   * @throws Busy if it has changed; Refusal if the other operation takes longer
   */
  async publish(
    read: FunctionConfiguration,
    description: string,
    signal: AbortSignal,
  ): Promise<FunctionConfiguration & { Version: string }> {
    const { CodeSha256 } = read
    const published = await this.changeLatest(read, signal, (RevisionId) => {
      const publish = this.about(PublishVersionCommand, { CodeSha256, RevisionId, Description: description })
      return this.client.send(publish, { abortSignal: signal })
    })
    const { Version = '' } = published
    await this.ready((target) => waitUntilFunctionActive(this.waiting(signal), target), Version)
    return { ...published, Version }
  }

  /**
   * Changes `$LATEST` if its code and configuration are still those that were read. Its revision alone proves no change: Lambda
   * also gives it a new one when an update ends that had begun before, and when a version is published.
   */
  private async changeLatest<Result>(
    read: FunctionConfiguration,
    signal: AbortSignal,
    change: (revisionId: string | undefined) => Promise<Result>,
  ): Promise<Result> {
    let { RevisionId } = read
    return await this.patiently(async () => {
      try {
        return await change(RevisionId)
      } catch (error) {
        if (!isRefused(error)) throw error
        const now = await this.configuration()
        if (now.CodeSha256 !== read.CodeSha256) throw this.otherUpload()
        const changed = configDrift(read, now)
        if (changed.length > 0) {
          throw new Busy(
            `The configuration of ${this.functionName} has just changed (${changed.join(', ')}): ship again when that is done.`,
          )
        }
        RevisionId = now.RevisionId
        throw error
      }
    }, signal)
  }

  private otherUpload(): Busy {
    return new Busy(`Another user is uploading code to ${this.functionName}: ship again when they are done.`)
  }

  /**
   * Attempts a change until AWS does not refuse it any more because of another operation, with pauses.
   * @throws Refusal if that takes too long
   */
  private async patiently<Result>(change: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await change()
      } catch (error) {
        if (!isRefused(error)) throw error
        if (attempt === mostAttempts) throw await this.inProgress(error)
        await sleep(this.pauseMs * attempt, undefined, { signal })
      }
    }
  }

  private async inProgress(error: unknown): Promise<Refusal> {
    const now = await this.alias()
    return new Refusal(
      `Another operation on ${this.functionName} is in progress, so ${liveAlias} was not changed: it is ${describe(now)}. Try again when it is done. AWS says: ${(error as Error).message}`,
      exitCodes.busy,
    )
  }

  /** The parsed response of a version, or its error. */
  async invoke(version: string, event: unknown): Promise<{ answer?: unknown; error?: string }> {
    const invoke = this.about(InvokeCommand, { Qualifier: version, Payload: JSON.stringify(event) })
    const { FunctionError, Payload } = await this.client.send(invoke)
    const text = Buffer.from(Payload ?? []).toString()
    if (FunctionError === undefined) return { answer: text === '' ? undefined : JSON.parse(text) }
    const { errorType, errorMessage } = JSON.parse(text)
    return { error: `${errorType}: ${errorMessage}` }
  }

  private about<Input extends { FunctionName: string | undefined }, Command>(
    Command: new (input: Input) => Command,
    input: Omit<Input, 'FunctionName'>,
  ): Command {
    return new Command({ ...input, FunctionName: this.functionName } as Input)
  }

  /**
   * Waits for a state of the function or of a version.
   * @throws Refusal with Lambda's reason if it does not reach it
   */
  private async ready(
    wait: (target: { FunctionName: string; Qualifier: string | undefined }) => Promise<unknown>,
    Qualifier?: string,
  ): Promise<void> {
    try {
      await wait({ FunctionName: this.functionName, Qualifier })
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error
      const now = await this.configuration(Qualifier)
      const states = `state ${now.State}, last update ${now.LastUpdateStatus}`
      const reason = now.LastUpdateStatusReason ?? now.StateReason ?? 'It gives no reason.'
      throw new Refusal(`Lambda does not make the new code of ${this.functionName} ready: ${states}. ${reason}`)
    }
  }

  private waiting(signal: AbortSignal) {
    return { client: this.client, abortSignal: signal, minDelay: 1, maxDelay: 5, maxWaitTime: longestWaitSeconds }
  }
}

/** `version 4`, or `version 4, with 10 % to version 5`. */
export function describe({ version, weights }: AliasState): string {
  const others = Object.entries(weights).map(
    ([other, share]) => `, with ${Math.round(share * 100)} % to version ${other}`,
  )
  return `version ${version}${others.join('')}`
}

function sameState(one: AliasState, other: AliasState): boolean {
  return one.description === other.description && describe(one) === describe(other)
}

function isStale(error: unknown): boolean {
  return error instanceof Error && error.name === 'PreconditionFailedException'
}

/** Whether AWS refused a change because of another one that is in progress or has been done. */
const isRefused = (error: unknown) => isConflict(error) || isStale(error)
