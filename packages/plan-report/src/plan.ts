import * as v from 'valibot'

// Not a record, which valibot would copy: a plan has thousands of them.
const Values = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'is no object',
)

const anything = v.optional(v.unknown())

// The members below are those that this report knows, read or not: any other is named as a danger (unknown.ts).
// Source: Terraform's internal/command/jsonplan of 2026, with the actions of Terraform 1.14; its format version is 1.2.

const Change = v.looseObject({
  actions: v.array(v.string()),
  before: anything,
  after: anything,
  after_unknown: anything,
  before_sensitive: anything,
  after_sensitive: anything,
  importing: anything,
  replace_paths: v.optional(v.array(v.array(v.union([v.string(), v.number()])))),
  // The configuration that Terraform wrote for an import: what it does is in `actions`.
  generated_config: anything,
  before_identity: anything,
  after_identity: anything,
})

const ResourceChange = v.looseObject({
  address: v.string(),
  previous_address: v.optional(v.string()),
  mode: v.string(),
  type: v.string(),
  name: v.string(),
  index: anything,
  /** Set where the object is one that an unfinished replacement left behind, not the one in use. */
  deposed: v.optional(v.string()),
  provider_name: v.optional(v.string()),
  action_reason: v.optional(v.string()),
  change: Change,
})
export type ResourceChange = v.InferOutput<typeof ResourceChange>

const Invocation = v.looseObject({
  address: v.string(),
  config_values: anything,
  config_sensitive: anything,
  config_unknown: anything,
  lifecycle_action_trigger: v.optional(
    v.looseObject({
      triggering_resource_address: v.optional(v.string()),
      action_trigger_event: v.optional(v.string()),
    }),
  ),
})

const Check = v.looseObject({
  address: v.looseObject({ to_display: v.string() }),
  status: v.string(),
  instances: v.optional(
    v.array(v.looseObject({ problems: v.optional(v.array(v.looseObject({ message: v.string() }))) })),
  ),
})

const StateResource = v.looseObject({
  type: v.string(),
  name: v.string(),
  mode: v.string(),
  provider_name: v.optional(v.string()),
  deposed_key: v.optional(v.string()),
  values: v.optional(Values),
})
const RootModule = v.looseObject({
  resources: v.optional(v.array(StateResource)),
  // cdktf puts everything into the root module. What it does not write would be judged wrongly here.
  child_modules: v.optional(v.pipe(v.array(v.unknown()), v.length(0, 'uses modules, which this report cannot judge'))),
})
const Outputs = v.record(v.string(), v.looseObject({ value: v.optional(v.unknown()) }))
const StateValues = v.looseObject({ root_module: v.optional(RootModule), outputs: v.optional(Outputs) })

const Configured = v.looseObject({
  address: v.string(),
  expressions: v.optional(Values),
  provisioners: v.optional(v.array(v.looseObject({ type: v.string() }))),
})

// An output may be called `constructor`, which valibot's records leave out.
const OutputChanges = v.custom<Record<string, v.InferOutput<typeof Change>>>(
  (value) => typeof value === 'object' && value !== null && Object.values(value).every((each) => v.is(Change, each)),
  'is not one change for each output',
)

const Plan = v.looseObject({
  format_version: v.string(),
  terraform_version: v.optional(v.string()),
  errored: v.optional(v.boolean()),
  complete: v.optional(v.boolean()),
  applyable: v.optional(v.boolean()),
  timestamp: v.optional(v.string()),
  resource_changes: v.optional(v.array(ResourceChange), []),
  resource_drift: v.optional(v.array(ResourceChange), []),
  deferred_changes: v.optional(v.array(v.looseObject({ resource_change: v.looseObject({ address: v.string() }) })), []),
  action_invocations: v.optional(v.array(Invocation), []),
  deferred_action_invocations: v.optional(
    v.array(v.looseObject({ action_invocation: v.looseObject({ address: v.string() }) })),
    [],
  ),
  output_changes: v.optional(OutputChanges, {}),
  checks: v.optional(v.array(Check), []),
  planned_values: v.optional(StateValues),
  prior_state: v.optional(v.looseObject({ values: v.optional(StateValues) })),
  configuration: v.optional(
    v.looseObject({ root_module: v.optional(v.looseObject({ resources: v.optional(v.array(Configured)) })) }),
  ),
  // What they change is in the changes.
  variables: anything,
  // Which values of what was changed outside Terraform others refer to.
  relevant_attributes: anything,
})
/** A plan as `terraform show -json` gives it, as far as the report reads it. */
export type Plan = v.InferOutput<typeof Plan>

/** The members that the report knows of a plan, and of each change in it. */
export const knownMembers = {
  plan: new Set(Object.keys(Plan.entries)),
  resourceChange: new Set(Object.keys(ResourceChange.entries)),
  change: new Set(Object.keys(Change.entries)),
}

/**
 * Reads a plan.
 * @param json what `terraform show -json <plan>` printed
 * @throws Error that says what is wrong with it and how to make a right one.
 */
export function parsePlan(json: string): Plan {
  const again = 'Make one with `terraform show -json <plan file> > plan.json`.'
  const content = parsed(json)
  if (content === undefined) throw new Error(`This is not JSON. ${again}`)
  const version = (content as { format_version?: unknown } | null)?.format_version
  if (typeof version !== 'string') throw new Error(`This is JSON, but no plan: it has no format_version. ${again}`)
  if (!version.startsWith('1.')) {
    throw new Error(`The plan has format version ${version}; this report reads 1.x, of Terraform 1.0 to 1.x.`)
  }
  // What Terraform says of a state alone looks much the same, but holds no changes.
  if (!('resource_changes' in (content as object)) && !('planned_values' in (content as object))) {
    throw new Error(`This is a state, not a plan. ${again}`)
  }
  const plan = v.safeParse(Plan, content)
  // The content itself: valibot's copy is without the members whose names every object inherits, such as `constructor`.
  if (plan.success) return { ...v.getDefaults(Plan), ...(content as Plan) }
  const [issue] = plan.issues
  throw new Error(`The plan is not as Terraform writes it: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}. ${again}`)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
