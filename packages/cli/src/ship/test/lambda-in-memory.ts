import { LambdaClient } from '@aws-sdk/client-lambda'
import type { AliasState } from '../deployed-function.ts'

/** A version of the function, or `$LATEST`. */
interface Version {
  number: string
  sha256: string
  description: string
}

/** One call of Lambda, by the name of its action. */
export interface Call {
  action: string
  input: Record<string, unknown>
}

/** One function with its versions and its alias `live`, in memory. Every change gives it a new revision id. */
export class LambdaInMemory {
  private latest: Version = { number: '$LATEST', sha256: 'code 1', description: '' }
  private revisions = { alias: 0, latest: 0 }
  published: Version[] = [{ ...this.latest, number: '1' }]
  alias: AliasState = { version: '1', weights: {}, description: '' }
  /** Each state of the alias that Lambda has accepted. */
  readonly written: AliasState[] = []
  /** How a version answers dry runs. */
  answers: (version: string) => object = () => ({ dryRun: true })

  /** A client of it, with what happens to each call. */
  client(each: (call: Call, perform: () => object) => object | Promise<object> = (_, perform) => perform()) {
    // Waiters and paginators accept only a LambdaClient; making one takes longer than all that this does.
    const client: LambdaClient = Object.create(LambdaClient.prototype)
    client.send = (async (command: { constructor: { name: string }; input: object }) => {
      const call: Call = { action: command.constructor.name.replace(/Command$/, ''), input: { ...command.input } }
      return await each(call, () => this.perform(call))
    }) as typeof client.send
    return client
  }

  /** A change by hand, in the console or by the AWS CLI: what is not named stays. */
  change(changes: Partial<AliasState>): void {
    this.alias = { ...this.alias, ...changes }
    this.revisions.alias += 1
  }

  remove(version: string): void {
    this.published = this.published.filter(({ number }) => number !== version)
  }

  private perform({ action, input }: Call): object {
    switch (action) {
      case 'GetFunctionConfiguration':
        return this.configuration(this.find(input.Qualifier))
      case 'ListVersionsByFunction':
        return { Versions: [this.latest, ...this.published].map((version) => this.configuration(version)) }
      case 'GetAlias':
        return this.answer()
      case 'UpdateAlias':
        return this.updateAlias(input)
      case 'UpdateFunctionCode':
        this.check(input, 'latest')
        this.latest = { ...this.latest, sha256: Buffer.from(input.ZipFile as Uint8Array).toString() }
        this.revisions.latest += 1
        return this.configuration(this.latest)
      case 'PublishVersion':
        return this.publish(input)
      case 'Invoke':
        return { Payload: Buffer.from(JSON.stringify(this.answers(String(input.Qualifier)))) }
      default:
        throw new Error(`${action} is not expected here.`)
    }
  }

  private updateAlias(input: Record<string, unknown>): object {
    this.check(input, 'alias')
    const { FunctionVersion, Description, RoutingConfig } = input as {
      FunctionVersion: string
      Description: string
      RoutingConfig: { AdditionalVersionWeights: Record<string, number> }
    }
    if (Description.length > 256) throw failure('ValidationException')
    const weights = RoutingConfig.AdditionalVersionWeights
    for (const version of [FunctionVersion, ...Object.keys(weights)]) this.find(version)
    this.alias = { version: FunctionVersion, weights, description: Description }
    this.written.push(this.alias)
    this.revisions.alias += 1
    return this.answer()
  }

  private publish(input: Record<string, unknown>): object {
    this.check(input, 'latest')
    const last = this.published.at(-1)
    if (last?.sha256 === this.latest.sha256) return this.configuration(last)
    const number = String(this.versions + 1)
    this.versions += 1
    const version = { ...this.latest, number, description: String(input.Description) }
    this.published.push(version)
    this.revisions.latest += 1
    return this.configuration(version)
  }

  // Lambda never uses the number of a deleted version again.
  private versions = 1

  private find(qualifier: unknown): Version {
    if (qualifier === undefined) return this.latest
    const version = this.published.find(({ number }) => number === qualifier)
    if (!version) throw failure('ResourceNotFoundException')
    return version
  }

  private check({ RevisionId }: Record<string, unknown>, of: 'alias' | 'latest'): void {
    if (RevisionId !== this.revisionOf(of)) throw failure('PreconditionFailedException')
  }

  private revisionOf(what: 'alias' | 'latest'): string {
    return `${what} ${this.revisions[what]}`
  }

  private answer(): object {
    const { version: FunctionVersion, weights: AdditionalVersionWeights, description: Description } = this.alias
    return {
      FunctionVersion,
      Description,
      RoutingConfig: { AdditionalVersionWeights },
      RevisionId: this.revisionOf('alias'),
    }
  }

  private configuration({ number: Version, sha256: CodeSha256, description: Description }: Version): object {
    const FunctionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:f'
    const states = { State: 'Active', LastUpdateStatus: 'Successful' }
    return { FunctionArn, Version, CodeSha256, Description, RevisionId: this.revisionOf('latest'), ...states }
  }
}

/** An error of AWS, by its name. */
export const failure = (name: string) => Object.assign(new Error(`${name} of AWS`), { name })
