import { actionReasons, knownActions } from './change.ts'
import type { Danger } from './danger.ts'
import { knownMembers, type Plan, type ResourceChange } from './plan.ts'
import { listedShort, named } from './subjects.ts'

// A minor version adds members. Source: Terraform's documentation of its JSON output format.
const newestMinor = 2

const modes: ReadonlySet<string> = new Set(['managed', 'data'])

// `pass` says nothing, `unknown` is checked while the plan is applied; the others are dangers of their own.
const checkStatuses: ReadonlySet<string> = new Set(['pass', 'unknown', 'fail', 'error'])

// Any other provider may do anything with a resource whose type sounds familiar.
const aws = /^registry\.(terraform\.io|opentofu\.org)\/hashicorp\/aws$/

/** What a plan says that this report does not know, and therefore cannot judge: somebody must look. */
export function unknownDangers(plan: Plan): Danger[] {
  const unknown = [...unknownParts(plan)]
  return [
    ...(isNewer(plan) ? [newer(plan)] : []),
    ...(unknown.length ? [{ title: 'This report does not know all of the plan', why: inWords(unknown) }] : []),
  ]
}

function isNewer({ format_version }: Plan): boolean {
  const minor = format_version.split('.')[1] ?? ''
  return !/^\d+$/.test(minor) || Number(minor) > newestMinor
}

const newer = ({ format_version, terraform_version = '' }: Plan): Danger => ({
  title: 'This plan is in a newer format',
  why:
    `It has format version ${named(format_version)}${terraform_version && `, of Terraform ${named(terraform_version)}`}; this report knows 1.${newestMinor} ` +
    'and earlier. Terraform may do more than is listed here: read the output of `terraform plan`.',
})

const inWords = (unknown: [what: string, times: number][]) =>
  `Terraform may do more than is listed here: read the output of \`terraform plan\`. Unknown: ${listedShort(
    unknown.map(([what, times]) => (times > 1 ? `${what} (${times.toLocaleString('en')} times)` : what)),
  )}.`

/** What is unknown, and how often it is found. */
function unknownParts(plan: Plan): Map<string, number> {
  const found = new Map<string, number>()
  const add = (what: string) => found.set(what, (found.get(what) ?? 0) + 1)
  for (const name of Object.keys(plan)) if (!knownMembers.plan.has(name)) add(`the member ${named(name)}`)
  for (const change of [...plan.resource_changes, ...plan.resource_drift]) addUnknown(change, add)
  for (const read of readWhilePlanning(plan)) add(read)
  for (const change of Object.values(plan.output_changes)) addUnknownOfChange(change, 'output', add)
  for (const { status } of plan.checks) if (!checkStatuses.has(status)) add(`a check's status ${named(status)}`)
  return found
}

function addUnknown(changed: ResourceChange, add: (what: string) => void): void {
  const { mode, deposed, action_reason, provider_name, change } = changed
  for (const name of Object.keys(changed)) {
    if (!knownMembers.resourceChange.has(name)) add(`${named(name)} of a resource's change`)
  }
  if (!modes.has(mode)) add(`the mode ${named(mode)}`)
  if (action_reason !== undefined && !actionReasons.has(action_reason)) add(`the reason ${named(action_reason)}`)
  if (!isIdle(change) && isForeign(provider_name)) add(doneBy(mode, provider_name))
  const actions = change.actions.join()
  if (deposed !== undefined && knownActions.has(actions) && !ofLeftovers.has(actions)) {
    add(`the action ${named(actions)} of a leftover`)
  }
  addUnknownOfChange(change, 'resource', add)
}

const ofLeftovers: ReadonlySet<string> = new Set(['no-op', 'delete', 'forget'])

const isForeign = (provider: string | undefined): provider is string => provider !== undefined && !aws.test(provider)

/** To read a data source, a provider may do anything too: that of `external` runs a command. */
const doneBy = (mode: string, provider: string) =>
  `${mode === 'data' ? 'data sources of' : 'changes by'} the provider ${named(provider)}`

/** The data sources that Terraform has read already are in the state, and are no changes. */
const readWhilePlanning = ({ prior_state }: Plan) =>
  (prior_state?.values?.root_module?.resources ?? []).flatMap(({ mode, provider_name }) =>
    mode === 'data' && isForeign(provider_name) ? [doneBy(mode, provider_name)] : [],
  )

const isIdle = ({ actions }: ResourceChange['change']) => actions.join() === 'no-op'

function addUnknownOfChange(change: ResourceChange['change'], whose: string, add: (what: string) => void): void {
  for (const name of Object.keys(change)) {
    if (!knownMembers.change.has(name))
      add(`${named(name)} of a change of ${whose === 'output' ? 'an output' : 'a resource'}`)
  }
  const actions = change.actions.join()
  if (!knownActions.has(actions)) add(`the action ${named(actions)}`)
}
