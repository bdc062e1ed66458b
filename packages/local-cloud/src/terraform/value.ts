/** A value of Terraform's JSON syntax. */
export type Value = string | number | boolean | null | Value[] | Block
/** The arguments of a block by name. */
export interface Block {
  [name: string]: Value
}

export function isBlock(value: Value | undefined): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** In JSON, Terraform takes one nested block as an object or as a list of one. */
export function blocksIn(value: Value | undefined): Block[] {
  const list = Array.isArray(value) ? value : [value]
  return list.filter((item): item is Block => isBlock(item))
}
