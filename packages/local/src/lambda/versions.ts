import { AwsError } from '../gateway/aws-error.ts'
import type { LambdaFunction, System } from '../system.ts'
import type { Code } from './code.ts'
import { readFunctionName } from './function-name.ts'

/** A function with its code. */
export interface DeployedFunction {
  settings: LambdaFunction
  code: Code
}

/** What a name and a qualifier mean. */
export interface Target {
  function: DeployedFunction
  /** `$LATEST` or a number. */
  version: string
  code: Code
  /** The function's ARN, with the qualifier where the caller gave one. */
  arn: string
}

/** Terraform publishes one version, and its aliases point to it. */
const publishedVersion = '1'

/** The functions of the system by name, and which code their qualifiers mean. */
export class Versions {
  constructor(
    private readonly system: Pick<System, 'region' | 'accountId'>,
    readonly functions: readonly DeployedFunction[],
  ) {}

  /**
   * Which code a function's name and qualifier mean: the one place that decides it.
   * @throws AwsError ResourceNotFoundException
   */
  resolve(functionName: string, givenQualifier?: string): Target {
    const { name, qualifier, region, accountId } = readFunctionName(functionName, givenQualifier)
    const ours = { region: region ?? this.system.region, accountId: accountId ?? this.system.accountId }
    const unqualified = `arn:aws:lambda:${ours.region}:${ours.accountId}:function:${name}`
    const arn = qualifier === undefined ? unqualified : `${unqualified}:${qualifier}`
    const found = this.functions.find(({ settings }) => settings.arn === unqualified)
    const version = found && versionOf(found.settings, qualifier)
    if (!version) throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404)
    return { function: found, version, code: found.code, arn }
  }

  /** The version that an alias points to; undefined, where the function has no such alias. */
  alias(target: DeployedFunction, name: string): string | undefined {
    return target.settings.aliases.includes(name) ? publishedVersion : undefined
  }
}

function versionOf({ aliases }: LambdaFunction, qualifier: string | undefined): string | undefined {
  if (qualifier === undefined || qualifier === '$LATEST') return '$LATEST'
  return qualifier === publishedVersion || aliases.includes(qualifier) ? publishedVersion : undefined
}
