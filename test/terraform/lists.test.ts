import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stages } from '@confirmation-reminder/contracts/stages'
import { returnedInAnyOrder } from '@confirmation-reminder/contracts/terraform-ignored'
import { stackOf } from '../synthesise.ts'
import { schemaOf } from './provider-schema.ts'
import type { Block } from './schema.ts'
import type { Arguments, Stack } from './terraform.ts'

/*
 * If AWS returns a list in another order than it was given, each plan changes it back, and none is ever empty. So every list
 * of more than one element is decided here. What the provider keeps as a set has no order, and is not asked about.
 */

const isIgnored =
  'Terraform ignores its changes once it exists, and plan-report names other elements. terraform.test.ts plans with another order'
const policy =
  'the provider compares policies by what they allow: SuppressEquivalentPolicyDiffs, in its internal/verify'
const text = 'the service returns the text that it was given'

/** Lists, and lists inside JSON text, by the path of their argument: why no plan differs in their order. */
const decided: Record<string, string> = {
  // SES documents no order, and the provider keeps a list: schema.TypeList in its internal/service/sesv2/configuration_set.go.
  'aws_sesv2_configuration_set.suppression_options.suppressed_reasons': isIgnored,
  'aws_iam_policy.policy': policy,
  'aws_iam_role_policy.policy': policy,
  'aws_kms_key.policy': policy,
  'aws_cloudwatch_dashboard.dashboard_body': text,
  'aws_cloudwatch_event_rule.event_pattern': text,
  'aws_sfn_state_machine.definition': text,
}

interface List {
  path: string
  length: number
}

/** The lists among the arguments of a block: of values, and of blocks inside it. */
function listsIn({ attributes, blocks }: Block, path: string, values: Arguments): List[] {
  return [
    ...attributes.flatMap(({ name, type }) => {
      const value = values[name]
      if (typeof value === 'string') return listsInText(`${path}.${name}`, value)
      return type[0] === 'list' && Array.isArray(value) ? [{ path: `${path}.${name}`, length: value.length }] : []
    }),
    ...blocks.flatMap(({ name, nesting, block }) => {
      const inner = [values[name] ?? []].flat()
      const own = nesting === 'list' ? [{ path: `${path}.${name}`, length: inner.length }] : []
      return [...own, ...inner.flatMap((each) => listsIn(block, `${path}.${name}`, each))]
    }),
  ]
}

/** The longest list in a text, if it is JSON with lists in it. */
function listsInText(path: string, text: string): List[] {
  const lengths: number[] = []
  try {
    JSON.parse(text, (_, value) => {
      if (Array.isArray(value)) lengths.push(value.length)
      return value
    })
  } catch {
    return []
  }
  return lengths.length > 0 ? [{ path, length: Math.max(...lengths) }] : []
}

/** The longest list of both stages at each path. */
function longest(): Map<string, number> {
  const found = new Map<string, number>()
  for (const stage of stages) {
    const { resource } = JSON.parse(readFileSync(join(stackOf(stage), 'cdk.tf.json'), 'utf8')) as Stack
    const lists = Object.entries(resource).flatMap(([type, named]) =>
      Object.values(named).flatMap((values) => listsIn(schemaOf('resource', type), type, values)),
    )
    for (const { path, length } of lists) found.set(path, Math.max(length, found.get(path) ?? 0))
  }
  return found
}

test('every list of more than one element is decided: add a new one to the table, or use what has no order', () => {
  const lists = longest()
  expect([...lists.keys()]).toContain('aws_lambda_function.architectures')
  const several = [...lists].filter(([, length]) => length > 1).map(([path]) => path)
  expect(several.sort()).toEqual(Object.keys(decided).sort())
})

test('what is decided to be ignored is ignored, and nothing else is', () => {
  const ignored = Object.entries(decided).flatMap(([path, why]) => (why === isIgnored ? [path] : []))
  const listed = Object.entries(returnedInAnyOrder).flatMap(([type, names]) => names.map((name) => `${type}.${name}`))
  expect(ignored.map((path) => path.split('.').slice(0, 2).join('.'))).toEqual(listed)
  expect(ignored).toHaveLength(1)
})
