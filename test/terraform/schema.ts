/** A type as Terraform writes it in JSON. */
export type Type = 'string' | 'number' | 'bool' | ['list' | 'set' | 'map', Type] | ['object', Record<string, Type>]

export interface Attribute {
  name: string
  type: Type
  required: boolean
  optional: boolean
  computed: boolean
}

export interface NestedBlock {
  name: string
  nesting: 'single' | 'list' | 'set'
  required: boolean
  /** Whether there may be at most one. */
  one: boolean
  block: Block
}

/** What may stand in a resource, a data source, the provider's configuration, or a block inside them. */
export interface Block {
  attributes: Attribute[]
  blocks: NestedBlock[]
}

/** A block's schema as the plugin protocol carries it. */
export function toProtocol({ attributes, blocks }: Block): object {
  return {
    attributes: attributes.map(({ type, ...rest }) => ({ ...rest, type: Buffer.from(JSON.stringify(type)) })),
    block_types: blocks.map(({ name, nesting, required, one, block }) => ({
      type_name: name,
      nesting: nesting.toUpperCase(),
      min_items: required && nesting !== 'single' ? 1 : 0,
      max_items: one && nesting !== 'single' ? 1 : 0,
      block: toProtocol(block),
    })),
  }
}
