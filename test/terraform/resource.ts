import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { madeByAws, type Provider } from './computed-attributes.ts'
import { recomputed, replacing } from './replacement.ts'
import type { Block } from './schema.ts'
import { isValues, Unknown, unknown, type Value, type Values } from './value.ts'

interface Planned {
  planned: Values | null
  /** The changed attributes that make it a replacement. */
  replace: string[]
}

/**
 * What a resource will be, as far as it can be known before it is applied.
 * @param proposed Terraform's proposal: the configuration, and the prior values of what is computed
 */
export function plan(
  type: string,
  block: Block,
  prior: Values | null,
  proposed: Values | null,
  provider: Provider,
): Planned {
  if (!proposed) return { planned: null, replace: [] }
  const planned = withUnknown(block, withDefaults(block, proposed, provider))
  if (!prior) return { planned, replace: [] }
  if (isDeepStrictEqual(planned, prior)) return { planned: prior, replace: [] }
  const replace = replacing(type).filter((name) => name in planned && !isDeepStrictEqual(planned[name], prior[name]))
  return { planned: { ...planned, ...Object.fromEntries(recomputed(type).map((name) => [name, unknown])) }, replace }
}

/** The Region and the tags, which the provider knows without asking AWS. */
function withDefaults({ attributes }: Block, proposed: Values, { region, defaultTags }: Provider): Values {
  const has = (attribute: string) => attributes.some(({ name }) => name === attribute)
  const { tags } = proposed
  return {
    ...proposed,
    ...(has('region') && proposed.region === null && { region }),
    ...(has('tags_all') && { tags_all: tags instanceof Unknown ? unknown : { ...defaultTags, ...(tags as Values) } }),
  }
}

/** A computed value that is neither configured nor known from the state is unknown. */
function withUnknown(block: Block, values: Values): Values {
  const result = { ...values }
  for (const { name, computed } of block.attributes) if (computed && values[name] === null) result[name] = unknown
  for (const nested of block.blocks) {
    result[nested.name] = inEach(values[nested.name], (inner) => withUnknown(nested.block, inner))
  }
  return result
}

/** What a resource is once it is applied: what was planned, and what AWS made of the unknown. */
export function apply(
  type: string,
  block: Block,
  prior: Values | null,
  planned: Values | null,
  provider: Provider,
): Values | null {
  if (!planned) return null
  const own = createHash('sha256')
    .update(JSON.stringify([type, planned]))
    .digest('hex')
    .slice(0, 20)
  const region = typeof planned.region === 'string' ? planned.region : provider.region
  const made = filled(type, block, planned, own, { ...provider, region })
  // Every update of a function that publishes is its next version.
  const next = type === 'aws_lambda_function' && planned.version instanceof Unknown && Number(prior?.version) + 1
  return next ? { ...made, version: String(next) } : made
}

/** Fills unknown values, as AWS would. For data sources too: they have only their arguments. */
export function filled(type: string, block: Block, values: Values, made: string, provider: Provider): Values {
  const result = { ...values }
  for (const { name, type: kind, computed } of block.attributes) {
    if (values[name] instanceof Unknown || (computed && values[name] === null)) {
      result[name] = madeByAws(type, name, kind, values, made, provider)
    }
  }
  for (const nested of block.blocks) {
    result[nested.name] = inEach(values[nested.name], (inner) => filled('', nested.block, inner, made, provider))
  }
  return result
}

/** The same resource with every list in another order, as an API may return what to it is a set. */
export function reordered({ attributes, blocks }: Block, values: Values): Values {
  const result = { ...values }
  for (const { name, type } of attributes) {
    const value = values[name]
    if (Array.isArray(value) && type[0] === 'list') result[name] = [...value].reverse()
  }
  for (const { name, nesting, block } of blocks) {
    const inner = inEach(values[name], (value) => reordered(block, value))
    result[name] = nesting === 'list' && Array.isArray(inner) ? [...inner].reverse() : inner
  }
  return result
}

function inEach(value: Value | undefined, change: (inner: Values) => Values): Value {
  if (isValues(value)) return change(value)
  return Array.isArray(value) ? value.map((inner) => (isValues(inner) ? change(inner) : inner)) : (value ?? null)
}
