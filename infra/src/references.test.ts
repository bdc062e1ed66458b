import { stages } from '@confirmation-reminder/contracts/stages'
import { type Terraform, terraformOf } from './test/terraform.ts'

/** Every string inside a value, however deep. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value && typeof value === 'object' ? Object.values(value).flatMap(strings) : []
}

const camelCase = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** The provider's own class for a type of resource or data source. */
function binding(kind: 'resource' | 'data', type: string): { prototype: object } | undefined {
  const folder = `${kind === 'data' ? 'data-' : ''}${kind === 'data' ? type : type.replace(/^aws_/, '')}`
  const exported = require(`@cdktf/provider-aws/lib/${folder.replaceAll('_', '-')}/index.js`)
  return Object.values<{ prototype: object; tfResourceType?: string }>(exported).find(
    ({ tfResourceType }) => tfResourceType === type,
  )
}

/** What is wrong with a reference, as in `aws_sns_topic.notify_topic.arn`. */
function fault({ resource, data, variable }: Terraform, reference: string): string | undefined {
  const path = reference.split('.')
  if (path[0] === 'var') return variable?.[path[1] ?? ''] ? undefined : 'no such variable'
  const kind = path[0] === 'data' ? 'data' : 'resource'
  const [type = '', name = '', attribute = ''] = kind === 'data' ? path.slice(1) : path
  if (!(kind === 'data' ? data : resource)[type]?.[name]) return 'no such resource'
  const known = binding(kind, type)?.prototype ?? {}
  return camelCase(attribute.replace(/\[\d+\]$/, '')) in known ? undefined : 'no such attribute'
}

describe.each(stages)('in %s', (stage) => {
  const terraform = terraformOf(stage)

  test('every reference names a resource of the stack and an attribute that the provider knows', () => {
    const references = strings(terraform).flatMap((text) =>
      [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, path]) => path ?? ''),
    )
    expect(references.length).toBeGreaterThan(100)
    const faults = [...new Set(references)].map((reference) => [reference, fault(terraform, reference)])
    expect(faults.filter(([, found]) => found)).toEqual([])
  })

  test('every dependency is the bare address of a resource of the stack', () => {
    const dependencies = Object.values(terraform.resource)
      .flatMap((named) => Object.values(named))
      .flatMap(({ depends_on = [] }) => depends_on as string[])
    expect(dependencies.length).toBeGreaterThan(0)
    for (const address of dependencies) {
      const [type = '', name = ''] = address.split('.')
      expect(terraform.resource[type]?.[name]).toBeDefined()
    }
  })

  test('no two elements share an address', () => {
    const paths = strings(terraform.resource).filter((text) => text.startsWith(`confirmation-reminder-${stage}/`))
    expect(new Set(paths).size).toBe(paths.length)
    const addresses = Object.entries(terraform.resource).flatMap(([type, named]) =>
      Object.keys(named).map((n) => type + n),
    )
    expect(addresses).toHaveLength(paths.length)
  })

  test('no text starts a Terraform directive by accident', () => {
    expect(strings(terraform).filter((text) => text.includes('%{'))).toEqual([])
  })
})

test('the check would notice a misspelt resource, attribute or variable', () => {
  const terraform = terraformOf('prod')
  expect(fault(terraform, 'aws_sns_topic.notify.arn')).toBe('no such resource')
  expect(fault(terraform, 'aws_sns_topic.notify_topic.url')).toBe('no such attribute')
  expect(fault(terraform, 'var.url')).toBe('no such variable')
})
