import { AwsError } from '../core/aws-error.ts'

/** A member of an awsQuery request: text, a list or map, or a structure. */
export type QueryValue = string | QueryValue[] | QueryMembers
export interface QueryMembers {
  [name: string]: QueryValue
}

interface Node {
  text: string
  children: Map<string, Node>
}

// No AWS request nests deeper than a handful of levels.
const deepest = 32

/**
 * Reads flattened members such as `Destination.ToAddresses.member.1=ada@example.com`. `member.N` makes a list in the
 * order of N, `entry.N.key` with `entry.N.value` a map. An empty list arrives as empty text, as AWS clients write it.
 * @throws AwsError MalformedInput, if a name nests too deep
 */
export function parseQuery(pairs: Iterable<[string, string]>): QueryMembers {
  const root: Node = { text: '', children: new Map() }
  for (const [name, text] of pairs) {
    const path = name.split('.')
    if (path.length > deepest) throw new AwsError('MalformedInput', `A parameter nests deeper than ${deepest} levels.`)
    let node = root
    for (const step of path) {
      const child = node.children.get(step) ?? { text: '', children: new Map() }
      node.children.set(step, child)
      node = child
    }
    node.text = text
  }
  return structure(root)
}

function value(node: Node): QueryValue {
  if (node.children.size === 0) return node.text
  const members = numbered(node, 'member')
  if (members) return members.map(value)
  const entries = numbered(node, 'entry')?.map(structure)
  if (entries) return Object.fromEntries(entries.map((entry) => [mapKey(entry), entry.value ?? entry.Value ?? '']))
  return structure(node)
}

/** SNS names the key of its message attributes `Name`. */
function mapKey({ key, Name }: QueryMembers): string {
  const name = key ?? Name
  if (typeof name === 'string') return name
  throw new AwsError('MalformedInput', 'An entry of a map has no key.')
}

function structure({ children }: Node): QueryMembers {
  return Object.fromEntries([...children].map(([name, child]) => [name, value(child)]))
}

/** The items below `name.1`, `name.2`, …, if the node has no other members. */
function numbered({ children }: Node, name: string): Node[] | undefined {
  const items = children.get(name)?.children
  if (children.size !== 1 || !items?.size || ![...items.keys()].every((key) => /^\d+$/.test(key))) return undefined
  return [...items].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item)
}
