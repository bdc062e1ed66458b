import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'
import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js'
import { LambdaFunction as AwsLambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js'
import { lambdaHandler } from '@confirmation-reminder/cli/bundle/bundle'
import { type EnvironmentVariables, type FunctionName, functions } from '@confirmation-reminder/contracts/functions'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { changedByShipping } from '@confirmation-reminder/contracts/terraform-ignored'
import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf'
import { Construct } from 'constructs'
import type { Code } from './code.ts'
import { tracing } from './policy.ts'
import { Role } from './role.ts'
import type { Settings } from './settings.ts'

export interface LambdaFunctionProps<F extends FunctionName> {
  stage: Stage
  code: Code
  logDays: number
  reservedConcurrency?: Settings['reservedConcurrency']
  environment: EnvironmentVariables<F>
  /** What must exist before the function gets this environment. */
  dependsOn?: ITerraformDependable[]
}

/** A function of the contracts' table with its role, its log and the alias that callers invoke. */
export class LambdaFunction<F extends FunctionName = FunctionName> extends Construct {
  readonly name: F
  /** As Lambda knows it. */
  readonly functionName: string
  readonly role: Role
  readonly arn: string
  readonly live: LambdaAlias

  constructor(
    scope: Construct,
    id: F,
    { stage, code, logDays, reservedConcurrency, environment, dependsOn }: LambdaFunctionProps<F>,
  ) {
    super(scope, id)
    this.name = id
    const { description, memoryMegabytes, timeoutSeconds } = functions[id]
    const reserved = reservedConcurrency?.[id]
    const name = resourceName(stage, id)
    const logs = new CloudwatchLogGroup(this, 'logs', { name: `/aws/lambda/${name}`, retentionInDays: logDays })
    this.role = new Role(this, 'role', { name, service: 'lambda.amazonaws.com' })
    this.role.may({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: [`${logs.arn}:*`] }, tracing)
    const zip = new TerraformAsset(this, 'code', { path: code[id].file, type: AssetType.FILE })
    const lambda = new AwsLambdaFunction(this, 'function', {
      functionName: name,
      description,
      role: this.role.arn,
      handler: lambdaHandler,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      memorySize: memoryMegabytes,
      timeout: timeoutSeconds,
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
      environment: { variables: environment },
      tracingConfig: { mode: 'Active' },
      loggingConfig: { logFormat: 'Text', logGroup: logs.name },
      publish: true,
      ...(dependsOn && { dependsOn }),
      filename: zip.path,
      sourceCodeHash: code[id].sha256Base64,
      // After the first deploy the function's team ships the code.
      lifecycle: { ignoreChanges: changedByShipping.aws_lambda_function },
    })
    this.functionName = lambda.functionName
    this.arn = lambda.arn
    this.live = new LambdaAlias(this, 'live', {
      name: liveAlias,
      description: 'What callers invoke. Moved when the function is shipped, not by Terraform.',
      functionName: lambda.functionName,
      functionVersion: lambda.version,
      lifecycle: { ignoreChanges: changedByShipping.aws_lambda_alias },
    })
  }
}
