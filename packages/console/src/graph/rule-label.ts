/** A rule of a Choice state: in JSONPath a Variable with one operator, or And, Or or Not of rules; in JSONata a Condition. */
export interface Rule {
  Next?: string
  Comment?: string
  Condition?: unknown
  Variable?: string
  And?: Rule[]
  Or?: Rule[]
  Not?: Rule
  [operator: string]: unknown
}

const signs = new Map<string, string>([
  ['Equals', '='],
  ['LessThan', '<'],
  ['LessThanEquals', '≤'],
  ['GreaterThan', '>'],
  ['GreaterThanEquals', '≥'],
])
const comparison =
  /^(?:String|Numeric|Boolean|Timestamp)(Equals|LessThanEquals|LessThan|GreaterThanEquals|GreaterThan)(Path)?$/
const kinds = new Map<string, string>([
  ['IsNull', 'null'],
  ['IsString', 'a string'],
  ['IsNumeric', 'a number'],
  ['IsBoolean', 'true or false'],
  ['IsTimestamp', 'a timestamp'],
  ['IsPresent', 'present'],
])

/** What a rule of a Choice state says, in few words: its comment, as in AWS's console, or else its condition. */
export function ruleLabel(rule: Rule): string {
  return typeof rule.Comment === 'string' && rule.Comment !== '' ? rule.Comment : condition(rule)
}

function condition(rule: Rule): string {
  const { Condition, And, Or, Not } = rule
  if (Condition !== undefined) return String(Condition).replace(/^\{%\s*|\s*%\}$/g, '')
  if (And) return And.map(nested).join(' and ')
  if (Or) return Or.map(nested).join(' or ')
  if (Not) return `not ${nested(Not)}`
  const subject = path(rule.Variable ?? '')
  for (const [operator, value] of Object.entries(rule)) {
    const kind = kinds.get(operator)
    if (kind) return `${subject} is ${value === false ? 'not ' : ''}${kind}`
    if (operator === 'StringMatches') return `${subject} matches ${value}`
    const [, relation = '', isPath] = comparison.exec(operator) ?? []
    if (relation) return `${subject} ${signs.get(relation)} ${isPath ? path(String(value)) : value}`
  }
  return subject
}

function nested(rule: Rule): string {
  return rule.And || rule.Or ? `(${condition(rule)})` : condition(rule)
}

/** A path into the input without its `$.`. */
function path(text: string): string {
  return text.replace(/^\$\.(?=.)/, '')
}
