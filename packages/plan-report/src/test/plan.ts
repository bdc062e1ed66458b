import { type Plan, parsePlan } from '../plan.ts'

type Values = Record<string, unknown>

/** What the state holds before the plan: managed by Terraform, unless its mode says otherwise. */
interface Held {
  type: string
  name?: string
  mode?: string
  values: Values
}

/** One change of a plan, from `before` to `after`; null where there is nothing. */
interface Changed {
  type: string
  name?: string
  before: Values | null
  after: Values | null
  replace?: string[]
  beforeSensitive?: unknown
  afterSensitive?: unknown
  afterUnknown?: unknown
}

// A stage that exists, unless a test says otherwise.
const somethingElse: Held = { type: 'aws_sns_topic', name: 'something-else', values: {} }

/** For tests: a plan as Terraform writes it, around the changes that matter. */
export function planOf(
  changes: Changed[],
  { state = [somethingElse], ...more }: Values & { state?: Held[] } = {},
): Plan {
  return parsePlan(
    JSON.stringify({
      format_version: '1.2',
      resource_changes: changes.map((changed) => toChange(changed)),
      output_changes: {},
      prior_state: {
        values: { root_module: { resources: state.map((each) => ({ mode: 'managed', name: 'it', ...each })) } },
      },
      ...more,
    }),
  )
}

function toChange({ type, name = 'it', before, after, replace, ...marks }: Changed) {
  return {
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    change: {
      actions: replace ? ['delete', 'create'] : !before ? ['create'] : !after ? ['delete'] : ['update'],
      before,
      after,
      after_unknown: marks.afterUnknown ?? {},
      before_sensitive: marks.beforeSensitive ?? {},
      after_sensitive: marks.afterSensitive ?? {},
      ...(replace && { replace_paths: replace.map((path) => [path]) }),
    },
  }
}

/** A policy that allows these actions on these resources. */
export function allowing(Action: string[], Resource: string[], more: object = {}): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource, ...more }] })
}
