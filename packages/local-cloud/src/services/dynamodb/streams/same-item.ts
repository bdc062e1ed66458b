import type { Item } from '../dynalite.ts'

const sets = ['SS', 'NS', 'BS']

/** Whether two items have the same attributes with the same values: DynamoDB records no change from one to the other. */
export function isSameItem(one: Item, other: Item): boolean {
  return isSame(one, other)
}

function isSame(one: unknown, other: unknown): boolean {
  if (!isStructure(one) || !isStructure(other)) return one === other
  const names = Object.keys(one)
  if (Array.isArray(one) !== Array.isArray(other) || names.length !== Object.keys(other).length) return false
  return names.every((name) => Object.hasOwn(other, name) && isSame(inOrder(one, name), inOrder(other, name)))
}

/** A member; the elements of a set in an order of their own, because a set has none. */
function inOrder(value: Record<string, unknown>, name: string): unknown {
  const member = value[name]
  return sets.includes(name) && Array.isArray(member) ? [...member].sort() : member
}

const isStructure = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
