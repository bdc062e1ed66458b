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
import { Busy } from './errors.ts'

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

/** One function in AWS, its versions and its alias `live`. */
export class DeployedFunction {
  constructor(
    private readonly client: LambdaClient,
    /** The name in Lambda. */
    readonly functionName: string,
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
   * Changes the alias if it has not changed since it was read.
   * @throws Busy if it has
   */
  async writeAlias({ revisionId }: Alias, wanted: AliasState): Promise<Alias> {
    const { version, weights, description } = wanted
    const change = this.about(UpdateAliasCommand, {
      Name: liveAlias,
      FunctionVersion: version,
      RoutingConfig: { AdditionalVersionWeights: weights },
      Description: description,
      RevisionId: revisionId,
    })
    try {
      const { RevisionId } = await this.client.send(change)
      return { ...wanted, revisionId: RevisionId }
    } catch (error) {
      if (!isStale(error)) throw error
      // If a response was lost, the client retries and conflicts with its own change.
      const now = await this.alias()
      if (sameState(now, wanted)) return now
      const claim = readClaim(now.description)
      const who = claim ? `${claim.by}, who is shipping ${claim.what},` : 'Another user'
      throw new Busy(
        `${who} has just changed ${liveAlias} of ${this.functionName}: it is ${describe(now)}. Nothing of theirs was overwritten.`,
      )
    }
  }

  /**
   * Uploads code to `$LATEST` if that has not changed since it was read, and waits until Lambda is done.
   * @throws Busy if it has changed
   */
  async upload(
    { RevisionId }: FunctionConfiguration,
    { zip, sha256Base64 }: { zip: Uint8Array; sha256Base64: string },
    signal: AbortSignal,
  ): Promise<FunctionConfiguration> {
    const upload = this.about(UpdateFunctionCodeCommand, { ZipFile: zip, RevisionId })
    await this.client.send(upload, { abortSignal: signal }).catch((error: unknown) => {
      if (!isStale(error) && !isBeingUpdated(error)) throw error
    })
    await waitUntilFunctionUpdated(this.waiting(signal), { FunctionName: this.functionName })
    // Lambda changes the revision again when the update is done.
    const latest = await this.configuration()
    if (latest.CodeSha256 === sha256Base64) return latest
    throw new Busy(`Another user is uploading code to ${this.functionName}: ship again when they are done.`)
  }

  /**
   * Publishes `$LATEST` if it has not changed since it was read, and waits until the version can be invoked. Lambda
   * publishes the same code and configuration only once.
   * @throws Busy if it has changed
   */
  async publish(
    { RevisionId, CodeSha256 }: FunctionConfiguration,
    description: string,
    signal: AbortSignal,
  ): Promise<FunctionConfiguration & { Version: string }> {
    const publish = this.about(PublishVersionCommand, { CodeSha256, RevisionId, Description: description })
    const published = await this.client.send(publish, { abortSignal: signal }).catch((error: unknown) => {
      if (!isStale(error) && !isBeingUpdated(error)) throw error
      throw new Busy(`Another user has just changed ${this.functionName}: ship again when they are done.`)
    })
    const { Version = '' } = published
    await waitUntilFunctionActive(this.waiting(signal), { FunctionName: this.functionName, Qualifier: Version })
    return { ...published, Version }
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

function isBeingUpdated(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResourceConflictException'
}
