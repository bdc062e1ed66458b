import type { Plan } from './plan.ts'

/** What the runs that wait now will use when they resume. */
export interface WaitingRuns {
  /** The names of the roles: the state machine's own, and those of the functions that its definition names. */
  roles: Set<string>
  /** The ARNs of the policies that these roles have by attachment. */
  policies: Set<string>
}

/** Reads from the state before the plan what the runs of its state machines depend on. */
export function waitingRuns({ prior_state }: Plan): WaitingRuns {
  const resources = prior_state?.values?.root_module?.resources ?? []
  const values = (type: string) =>
    resources.filter((resource) => resource.type === type).map(({ values }) => values ?? {})
  const machines = values('aws_sfn_state_machine')
  const definitions = machines.map(({ definition }) => String(definition))
  const invoked = values('aws_lambda_function').filter(({ arn }) =>
    definitions.some((definition) => typeof arn === 'string' && definition.includes(arn)),
  )
  const arns = [...machines.map(({ role_arn }) => role_arn), ...invoked.map(({ role }) => role)]
  const roles = new Set(arns.map((arn) => String(arn).split('/').at(-1) ?? ''))
  const attached = values('aws_iam_role_policy_attachment').filter(({ role }) => roles.has(String(role)))
  return { roles, policies: new Set(attached.map(({ policy_arn }) => String(policy_arn))) }
}
