import type { Change, Kind } from './change.ts'
import type { Danger } from './danger.ts'
import { displayed, inWords, isObject } from './display-value.ts'
import type { Plan } from './plan.ts'
import { count, listedShort, named } from './subjects.ts'
import { unknownDangers } from './unknown.ts'

/** What a plan does, puts off or fails to do besides changing resources. */
export function dangersBeyondResources(plan: Plan, changes: Change[]): Danger[] {
  return [
    ...(plan.errored ? [unfinished] : plan.complete === false ? [partial] : []),
    ...unknownDangers(plan),
    ...hidden(plan, changes),
    ...plan.action_invocations.map(invoked),
    ...deferred(plan),
    ...provisioned(plan, changes),
    ...plan.checks.flatMap(failing),
  ]
}

const unfinished: Danger = {
  title: 'Terraform could not finish this plan',
  why: 'It cannot be applied, and more may change than is listed here. The log of `terraform plan` has the reason.',
}

const partial: Danger = {
  title: 'This plan is incomplete',
  why: 'It covers only some resources (`-target`), or Terraform deferred some changes: other changes are not listed here.',
}

/** Terraform's own verdict on whether there is something to apply, where it contradicts what this report finds. */
function hidden(plan: Plan, changes: Change[]): Danger[] {
  const found =
    changes.length > 0 ||
    plan.action_invocations.length > 0 ||
    plan.resource_changes.some(({ change }) => change.actions.some((action) => action !== 'no-op')) ||
    Object.values(plan.output_changes).some(({ actions }) => actions.some((action) => action !== 'no-op'))
  if (plan.applyable === true && !found) {
    return [
      {
        title: 'Terraform would apply something that is not listed here',
        why: 'It says that this plan can be applied, and the report finds nothing in it. A plan of `-refresh-only` accepts what was changed outside Terraform into the state; otherwise read the output of `terraform plan`.',
      },
    ]
  }
  if (plan.applyable === false && found && !plan.errored) {
    return [
      { title: 'Terraform says that this plan cannot be applied', why: 'The log of `terraform plan` has the reason.' },
    ]
  }
  return []
}

/** What an action does is up to its provider: it may invoke a function, or stop an instance. */
function invoked({
  address,
  lifecycle_action_trigger: trigger,
  ...config
}: Plan['action_invocations'][number]): Danger {
  const { triggering_resource_address: resource, action_trigger_event: event } = trigger ?? {}
  const values = displayed(config.config_values ?? null, [config.config_sensitive], config.config_unknown)
  const when =
    resource === undefined ? '' : ` It is triggered by ${named(resource)}${event ? ` (${named(event)})` : ''}.`
  const lines = isObject(values) ? Object.entries(values).map(([name, value]) => `${name}: ${inWords(value)}`) : []
  return {
    title: `Action ${named(address)} is invoked`,
    why: `It changes no resource that Terraform manages, so this plan does not show what it does: read it in the source.${when}`,
    ...(lines.length && { after: lines }),
  }
}

/** What Terraform will do only after this plan is applied, in another plan. */
function deferred({ deferred_changes, deferred_action_invocations }: Plan): Danger[] {
  const changes = deferred_changes.map(({ resource_change }) => named(resource_change.address))
  const actions = deferred_action_invocations.map(({ action_invocation }) => named(action_invocation.address))
  const why = 'A later plan has to do the rest. Not judged here:'
  return [
    ...(changes.length
      ? [{ title: `Terraform defers ${count(changes.length, 'change')}`, why: `${why} ${listedShort(changes)}.` }]
      : []),
    ...(actions.length
      ? [{ title: `Terraform defers ${count(actions.length, 'action')}`, why: `${why} ${listedShort(actions)}.` }]
      : []),
  ]
}

const comingOrGoing: ReadonlySet<Kind> = new Set(['created', 'replaced', 'destroyed', 'deleted'])

/** Commands that run when a resource comes or goes: the changes do not mention them. */
function provisioned({ configuration }: Plan, changes: Change[]): Danger[] {
  const resources = configuration?.root_module?.resources?.filter(({ provisioners }) => provisioners?.length) ?? []
  if (resources.length === 0) return []
  const running = new Set(
    changes.filter(({ kind }) => comingOrGoing.has(kind)).map(({ type, logicalName }) => `${type}.${logicalName}`),
  )
  return resources
    .filter(({ address }) => running.has(address))
    .map(({ address, provisioners = [] }) => ({
      title: `${named(address)} runs a provisioner`,
      why: `This plan does not show what ${listedShort(provisioners.map(({ type }) => named(type)))} does: read it in the source.`,
    }))
}

/** A condition of the configuration that does not hold. Terraform only warns of it. */
function failing({ address, status, instances = [] }: Plan['checks'][number]): Danger[] {
  if (status !== 'fail' && status !== 'error') return []
  const problems = instances.flatMap(({ problems = [] }) => problems.map(({ message }) => named(message)))
  return [
    {
      title: `${named(address.to_display)} ${status === 'fail' ? 'fails' : 'cannot be checked'}`,
      why: problems.length ? `${listedShort(problems)}.` : 'The log of `terraform plan` has the reason.',
    },
  ]
}
