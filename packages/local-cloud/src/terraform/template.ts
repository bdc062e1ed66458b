/**
 * A reference in a template: `aws_x.y.arn` is `['aws_x', 'y', 'arn']`; an index, as in `z[0]`, is a number, and null is `.*`:
 * the names after it are those of each element, and an index after these is one of all that they found.
 */
export interface Reference {
  text: string
  path: Step[]
}
export type Step = string | number | null

const identifier = '[A-Za-z_][\\w-]*'
const step = `\\.${identifier}|\\.\\d+|\\.\\*|\\[\\d+\\]|\\["[^"\\\\]*"\\]`
const traversal = new RegExp(`^${identifier}(?:${step})+$`)
const steps = new RegExp(`^${identifier}|${step}`, 'g')
const call = new RegExp(`^(${identifier}(?:::${identifier})*)\\s*\\(`)

/**
 * Splits a string of Terraform's JSON syntax into literal text and the references between `${` and `}`.
 * @throws Error that says which expression is not supported: function calls, operators and `%{` directives are not.
 */
export function parseTemplate(template: string): (string | Reference)[] {
  const parts: (string | Reference)[] = []
  let literal = ''
  let at = 0
  for (const marker = /([$%])(\1?)\{/g; ; ) {
    marker.lastIndex = at
    const found = marker.exec(template)
    if (!found) break
    const [whole, sign, doubled] = found
    literal += template.slice(at, found.index)
    at = marker.lastIndex
    if (doubled) {
      // A doubled sign is how Terraform writes the two characters themselves.
      literal += whole.slice(1)
      continue
    }
    const end = closingBrace(template, at)
    if (sign === '%') {
      throw new Error(`%{${template.slice(at, end + 1)} is a directive, which the local cloud does not support`)
    }
    if (literal) parts.push(literal)
    literal = ''
    parts.push(parseReference(template.slice(at, end).trim()))
    at = end + 1
  }
  literal += template.slice(at)
  return literal ? [...parts, literal] : parts
}

function closingBrace(template: string, from: number): number {
  let depth = 1
  let quoted = false
  for (let at = from; at < template.length; at++) {
    const character = template[at]
    if (quoted && character === '\\') at++
    else if (character === '"') quoted = !quoted
    else if (!quoted && character === '{') depth++
    else if (!quoted && character === '}' && --depth === 0) return at
  }
  throw new Error(`${template.slice(from - 2)} has no closing brace`)
}

function parseReference(text: string): Reference {
  const called = text.match(call)
  if (called) throw new Error(`\${${text}} calls ${called[1]}(), which the local cloud does not support`)
  if (!traversal.test(text)) {
    throw new Error(`\${${text}} is an expression that the local cloud does not support; it resolves plain references`)
  }
  const path = [...text.matchAll(steps)].map(([part]) => {
    if (part === '.*') return null
    if (part.startsWith('["')) return part.slice(2, -2)
    if (part.startsWith('[')) return Number(part.slice(1, -1))
    const name = part.startsWith('.') ? part.slice(1) : part
    return /^\d+$/.test(name) ? Number(name) : name
  })
  return { text, path }
}
