import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Lazy } from 'cdktf'
import type { Construct } from 'constructs'
import { policy, type Statement } from './policy.ts'

interface RoleProps {
  name: string
  /** Which AWS service acts in this role. */
  service: string
  condition?: Statement['Condition']
}

/** A role of one AWS service, which may do what others grant it and nothing else. */
export class Role extends IamRole {
  readonly policy: IamRolePolicy
  private readonly needs: Statement[] = []

  constructor(scope: Construct, id: string, { name, service, condition }: RoleProps) {
    super(scope, id, {
      name,
      assumeRolePolicy: policy([
        { Action: ['sts:AssumeRole'], Principal: { Service: service }, ...(condition && { Condition: condition }) },
      ]),
    })
    this.policy = new IamRolePolicy(this, 'policy', {
      name: 'needs',
      role: this.name,
      policy: Lazy.stringValue({ produce: () => policy(this.needs) }),
    })
  }

  /** Grants permissions where they are needed. */
  may(...statements: Statement[]): void {
    this.needs.push(...statements)
  }
}
