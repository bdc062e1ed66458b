import { AwsError } from '../../core/aws-error.ts'
import type { LambdaFunction, StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import type { Deployment, Version } from './deployment.ts'
import { readFunctionName } from './function-name.ts'

/** A function with everything that Lambda keeps of it. */
export interface DeployedFunction extends Deployment {
  name: string
  /** Without a qualifier. */
  arn: string
}

/** The target of a name and a qualifier. */
export interface Target {
  function: DeployedFunction
  /** If the qualifier is an alias that splits its invocations, its main version. */
  version: Version
  /** The function's ARN, with the qualifier if the caller gave one. */
  arn: string
  /** The qualifier at the end of the ARN; undefined if the caller gave none. */
  qualifier: string | undefined
}

/** The functions of the stack and which code their qualifiers mean, durable. */
export class Versions {
  private readonly names: ReadonlyMap<string, LambdaFunction>
  private readonly deployments = new Map<string, Deployment>()
  private readonly stored: ReturnType<typeof deploymentsIn>
  private changing: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly stack: Pick<StackModel, 'region' | 'accountId' | 'functions'>,
    store: Store,
  ) {
    this.names = new Map(stack.functions.map((one) => [one.name, one]))
    this.stored = deploymentsIn(store)
  }

  get functions(): DeployedFunction[] {
    return this.stack.functions.flatMap(({ name }) => this.find(name) ?? [])
  }

  /** The state of a function that an earlier process kept. */
  kept(name: string): Promise<Deployment | undefined> {
    return this.stored.get(name)
  }

  /** Stores the deployment of a function; durable when it returns. */
  async deploy(name: string, deployment: Deployment): Promise<void> {
    await this.stored.put(name, deployment)
    this.deployments.set(name, deployment)
  }

  /**
   * Which version a function's name and qualifier point to: the only place that decides it.
   * @param implied the qualifier that the error names if the caller gave none
   * @throws AwsError ResourceNotFoundException
   */
  resolve(functionName: string, givenQualifier?: string, implied?: string): Target {
    const { name, qualifier, region, accountId } = readFunctionName(functionName, givenQualifier)
    const ours = { region: region ?? this.stack.region, accountId: accountId ?? this.stack.accountId }
    const unqualified = `arn:aws:lambda:${ours.region}:${ours.accountId}:function:${name}`
    const arn = qualifier === undefined ? unqualified : `${unqualified}:${qualifier}`
    const found = this.find(name)
    const version = found?.arn === unqualified ? versionOf(found, qualifier) : undefined
    if (!found || !version) {
      const sought = qualifier === undefined && implied !== undefined ? `${arn}:${implied}` : arn
      throw new AwsError('ResourceNotFoundException', `Function not found: ${sought}`, 404)
    }
    return { function: found, version, arn, qualifier }
  }

  /** The target of an invocation. Since November 2025 Lambda's error names `$LATEST` if the caller gave no qualifier. */
  resolveInvoked(functionName: string, qualifier?: string): Target {
    return this.resolve(functionName, qualifier, '$LATEST')
  }

  /** The version that takes the next invocation: an alias with weights draws one. */
  draw(target: Target, random: () => number = Math.random): Target {
    const alias = target.function.aliases.find(({ name }) => name === target.qualifier)
    const drawn = random()
    const [other] = Object.entries(alias?.weights ?? {}).find(([, share]) => drawn < share) ?? []
    const version = other === undefined ? undefined : versionOf(target.function, other)
    return version ? { ...target, version } : target
  }

  /**
   * Changes the deployment of a function, one change after the other; durable when it returns.
   * @throws AwsError ResourceNotFoundException, or the error of the change; then nothing is changed
   */
  change<T>(functionName: string, change: (before: Deployment) => { deployment: Deployment; answer: T }): Promise<T> {
    const changed = this.changing.then(async () => {
      const { name, ...before } = this.resolve(functionName).function
      const { deployment, answer } = change(before)
      await this.deploy(name, deployment)
      return answer
    })
    this.changing = changed.catch(() => undefined)
    return changed
  }

  private find(name: string): DeployedFunction | undefined {
    const [settings, deployment] = [this.names.get(name), this.deployments.get(name)]
    return settings && deployment && { ...deployment, name, arn: settings.arn }
  }
}

function versionOf({ latest, published, aliases }: Deployment, qualifier = '$LATEST'): Version | undefined {
  const wanted = aliases.find(({ name }) => name === qualifier)?.version ?? qualifier
  return [latest, ...published].find(({ version }) => version === wanted)
}

function deploymentsIn(store: Store) {
  return store.sublevel<string, Deployment>('lambda', { valueEncoding: 'json' })
}
