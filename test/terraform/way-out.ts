/**
 * Where two documents differ, as paths such as `terraform.required_providers.aws.version`.
 * For what two ways of synthesising the same sources write.
 */
export function differingPaths(one: unknown, other: unknown, path: string[] = []): string[] {
  if (!isObject(one) || !isObject(other)) return one === other ? [] : [path.join('.')]
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].flatMap((name) => differingPaths(one[name], other[name], [...path, name]))
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What may differ between cdktf and its maintained fork: versions, and where the provider comes from. */
const expected = [
  '//.metadata.version',
  'terraform.required_providers.aws.source',
  'terraform.required_providers.aws.version',
]

/** The differences between two synthesised stacks that another version does not explain. */
export function surprises(one: unknown, other: unknown): string[] {
  return differingPaths(one, other).filter((path) => !expected.includes(path))
}
