import { returnedInAnyOrder } from '@confirmation-reminder/contracts/terraform-ignored'
import { type Difference, differences, isOnlyAnotherOrder } from './difference.ts'
import { type DisplayValue, displayed, elements, inside, inWords, isObject, Unknown } from './display-value.ts'
import type { Plan, ResourceChange } from './plan.ts'
import { capital, named, nameOf, nounOf } from './subjects.ts'

const argumentsOf: ReadonlyMap<string, string[]> = new Map(Object.entries(returnedInAnyOrder))

// What sets each of them.
const commands: ReadonlyMap<string, (name: string, elements: string[]) => string> = new Map([
  [
    'aws_sesv2_configuration_set',
    (name, reasons) =>
      `aws sesv2 put-configuration-set-suppression-options --configuration-set-name ${name} --suppressed-reasons ${reasons.join(' ')}`,
  ],
])

/**
 * Settings that Terraform leaves as they are, although AWS has other elements than the configuration says: no plan changes
 * them, and once a state holds them, they are no drift either. One sentence for each, with what to do.
 */
export function settingsToSetByHand({ configuration, resource_changes }: Plan): string[] {
  const resources = configuration?.root_module?.resources ?? []
  const written = new Map(
    resources.filter(({ address }) => isConcerned(address)).map(({ address, expressions }) => [address, expressions]),
  )
  return resource_changes.flatMap((found) => {
    const expressions = written.get(found.address)
    return expressions && isKept(found) ? differing(found, expressions).map((each) => sentence(found, each)) : []
  })
}

const isConcerned = (address: string) => argumentsOf.has(address.split('.')[0] ?? '')

/** Whether the resource is there, and stays: what is created or replaced gets what the configuration says. */
const isKept = ({ deposed, change: { actions, before } }: ResourceChange) =>
  deposed === undefined && before !== null && before !== undefined && !actions.includes('delete')

function differing({ type, change }: ResourceChange, expressions: object): Difference[] {
  const ofThose = (values: unknown) =>
    Object.fromEntries((argumentsOf.get(type) ?? []).map((name) => [name, inside(values, name)]))
  const shown = (values: unknown, unknown: unknown = false) => {
    const value = displayed(ofThose(values), [change.before_sensitive, change.after_sensitive], ofThose(unknown))
    return isObject(value) ? value : {}
  }
  const configured = shown(
    eachIn(expressions, (expression) => inside(expression, 'constant_value')),
    eachIn(expressions, (expression) => 'references' in expression),
  )
  return differences(configured, shown(change.before)).filter(
    (difference) => !isOnlyAnotherOrder(difference) && !(difference.before instanceof Unknown),
  )
}

/** The expressions of a configuration, each as something else. */
function eachIn(expressions: unknown, as: (expression: object) => unknown): unknown {
  if (Array.isArray(expressions)) return expressions.map((each) => eachIn(each, as))
  if (expressions === null || typeof expressions !== 'object') return undefined
  if ('constant_value' in expressions || 'references' in expressions) return as(expressions)
  return Object.fromEntries(Object.entries(expressions).map(([name, each]) => [name, eachIn(each, as)]))
}

function sentence({ type, name, change }: ResourceChange, { path, before, after }: Difference): string {
  const called = nameOf(object(displayed(change.before, [change.before_sensitive, change.after_sensitive])), name)
  const wanted = isObject(before) ? Object.values(before).flatMap(elements) : elements(before)
  const command = commands.get(type)?.(called, wanted)
  return (
    `${capital(nounOf(type))} ${named(called)} has other elements in its ${named(path)} than the configuration: ${inQuotes(after)} and not ` +
    `${inQuotes(before)}. Terraform does not change them. Set them by hand${command ? `: ${named(command)}` : ''}.`
  )
}

const object = (value: DisplayValue) => (isObject(value) ? value : {})
const inQuotes = (value: DisplayValue) => (value === null ? 'none' : named(inWords(value)))
