import * as v from 'valibot'

const Values = v.record(v.string(), v.unknown())

const Change = v.looseObject({
  actions: v.array(v.string()),
  before: v.optional(v.unknown()),
  after: v.optional(v.unknown()),
  after_unknown: v.optional(v.unknown()),
  before_sensitive: v.optional(v.unknown()),
  after_sensitive: v.optional(v.unknown()),
  importing: v.optional(v.unknown()),
  replace_paths: v.optional(v.array(v.array(v.union([v.string(), v.number()])))),
})

const ResourceChange = v.looseObject({
  address: v.string(),
  previous_address: v.optional(v.string()),
  mode: v.string(),
  type: v.string(),
  name: v.string(),
  change: Change,
})
export type ResourceChange = v.InferOutput<typeof ResourceChange>

const StateResource = v.looseObject({
  type: v.string(),
  name: v.string(),
  mode: v.string(),
  values: v.optional(Values),
})
const RootModule = v.looseObject({
  resources: v.optional(v.array(StateResource)),
  // cdktf puts everything into the root module. What it does not write would be judged wrongly here.
  child_modules: v.optional(v.pipe(v.array(v.unknown()), v.length(0, 'uses modules, which this report cannot judge'))),
})
const Outputs = v.record(v.string(), v.looseObject({ value: v.optional(v.unknown()) }))
const StateValues = v.looseObject({ root_module: v.optional(RootModule), outputs: v.optional(Outputs) })

const Plan = v.looseObject({
  format_version: v.string(),
  errored: v.optional(v.boolean()),
  complete: v.optional(v.boolean()),
  timestamp: v.optional(v.string()),
  resource_changes: v.optional(v.array(ResourceChange), []),
  resource_drift: v.optional(v.array(ResourceChange), []),
  output_changes: v.optional(v.record(v.string(), Change), {}),
  planned_values: v.optional(StateValues),
  prior_state: v.optional(v.looseObject({ values: v.optional(StateValues) })),
  configuration: v.optional(
    v.looseObject({
      root_module: v.optional(
        v.looseObject({
          resources: v.optional(v.array(v.looseObject({ address: v.string(), expressions: v.optional(Values) })), []),
        }),
      ),
    }),
  ),
})
/** A plan as `terraform show -json` gives it, as far as the report reads it. */
export type Plan = v.InferOutput<typeof Plan>

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
  if (plan.success) return plan.output
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
