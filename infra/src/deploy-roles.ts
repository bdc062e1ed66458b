import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { resourceName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { Construct } from 'constructs'
import type { LambdaFunction } from './lambda-function.ts'
import { policy, type Statement } from './policy.ts'
import type { Settings } from './settings.ts'

interface DeployRolesProps {
  stage: Stage
  accountId: string
  functions: Record<FunctionName, LambdaFunction>
  stateMachineArn: string
  /** The functions that the state machine calls: their roles may read whether runs wait. */
  calledByRuns: readonly FunctionName[]
  github: NonNullable<Settings['github']>
}

/** Where GitHub vouches for its jobs. The account's administrators make the provider once: docs/deploy.md. */
const issuer = 'token.actions.githubusercontent.com'

/** For each function the role in which its team's job ships it: this function, and nothing else. */
export class DeployRoles extends Construct {
  constructor(scope: Construct, id: string, props: DeployRolesProps) {
    super(scope, id)
    const { stage, accountId, functions, github } = props
    for (const lambda of Object.values(functions)) {
      const own = new Construct(this, lambda.name)
      const role = new IamRole(own, 'role', {
        name: `${resourceName(stage, lambda.name)}-ship`,
        description: `Ships ${lambda.name} from ${github.repository}`,
        assumeRolePolicy: policy([trust(accountId, github.repository, shipEnvironment(stage, lambda.name))]),
      })
      new IamRolePolicy(own, 'policy', { name: 'needs', role: role.name, policy: policy(needs(lambda, props)) })
    }
  }
}

/** The environment of GitHub in which ship-function.yml ships a function. */
export const shipEnvironment = (stage: Stage, name: string) => `ship-${stage}-${name}`

/** Only a job of this repository, and only in this environment of it. */
function trust(accountId: string, repository: string, environment: string): Statement {
  return {
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${issuer}` },
    Condition: {
      StringEquals: {
        [`${issuer}:aud`]: 'sts.amazonaws.com',
        [`${issuer}:sub`]: `repo:${repository}:environment:${environment}`,
      },
    },
  }
}

/** What `npm run ship` calls. test/journeys/ship-rights.test.ts compares. */
function needs({ name, arn }: LambdaFunction, { calledByRuns, stateMachineArn }: DeployRolesProps): Statement[] {
  return [
    { Action: onFunction, Resource: [arn] },
    { Action: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'], Resource: [`${arn}:*`] },
    // Neither knows a narrower resource for what is asked of them.
    { Action: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'], Resource: ['*'] },
    ...(calledByRuns.includes(name)
      ? [{ Action: ['states:DescribeStateMachine', 'states:ListExecutions'], Resource: [stateMachineArn] }]
      : []),
  ]
}

// Lambda authorises what is done to an alias or a version by the function's own ARN.
const onFunction = [
  'lambda:GetFunctionConfiguration',
  'lambda:ListVersionsByFunction',
  'lambda:UpdateFunctionCode',
  'lambda:PublishVersion',
  'lambda:GetAlias',
  'lambda:UpdateAlias',
]
