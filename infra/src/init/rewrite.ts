import { parse, type parseExpression } from '@babel/parser'
import { Refusal } from '@confirmation-reminder/cli/terminal/refusal'
import { valueAt } from './paths.ts'

type Module = ReturnType<typeof parse>
type Expression = ReturnType<typeof parseExpression>
type AnyObject = Extract<Expression, { type: 'ObjectExpression' }>
type Property = Extract<AnyObject['properties'][number], { type: 'ObjectProperty' }>
type ObjectLiteral = Extract<Property['value'], { type: 'ObjectExpression' }>
type Value = { type: string }

/** A place in the text and what stands there afterwards. */
interface Edit {
  start: number
  end: number
  text: string
}

/**
 * Changes one setting in the source of settings.ts, and no other character: comments and order stay.
 * @param path such as `slack.channelId`
 * @param wanted the settings of the stage as they shall be; without a value at the path, the setting is left out
 * @param paths all settings in their order: a new one stands after the one before it
 * @returns the source, which need not be formatted
 * @throws Refusal if there is no object literal of the stage
 */
export function rewriteSetting(source: string, stage: string, path: string, wanted: object, paths: string[]): string {
  const module = parse(source, { sourceType: 'module', plugins: ['typescript'] })
  let object = settingsOf(module, stage)
  const names = path.split('.')
  for (const [index, name] of names.entries()) {
    const here = names.slice(0, index)
    const value = valueAt(wanted, [...here, name].join('.'))
    const property = propertyOf(object, name)
    if (value === undefined) return property ? applied(source, [removal(source, module, property)]) : source
    if (!property) {
      return applied(source, insertion(source, module, object, name, literal(value), namesBefore(paths, here, name)))
    }
    const inner = unwrapped(property.value)
    if (index < names.length - 1 && isObject(inner)) object = inner
    else return applied(source, [replacement(property, name, literal(value))])
  }
  return source
}

const isObject = (value: Value): value is ObjectLiteral => value.type === 'ObjectExpression'

/** What `satisfies Settings`, `as const` and the like are about. */
function unwrapped(value: Value): Value {
  return 'expression' in value && value.type.startsWith('TS') ? unwrapped(value.expression as Value) : value
}

/** The object literal of a stage: in `settings`, or in a constant that it names. */
function settingsOf({ program }: Module, stage: string): ObjectLiteral {
  const variables = program.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    return declaration?.type === 'VariableDeclaration' ? declaration.declarations : []
  })
  const constant = (name: string): ObjectLiteral | undefined => {
    const init = variables.find(({ id }) => id.type === 'Identifier' && id.name === name)?.init
    const value = init && unwrapped(init)
    return value && isObject(value) ? value : undefined
  }
  const all = constant('settings')
  const property = all && propertyOf(all, stage)
  const value = property && unwrapped(property.value)
  const object = value?.type === 'Identifier' && 'name' in value ? constant(String(value.name)) : value
  if (object && isObject(object)) return object
  throw new Refusal(
    `infra/src/settings.ts has no "${stage}: { … }" in its "settings": change the settings of ${stage} by hand.`,
  )
}

function propertyOf({ properties }: ObjectLiteral, name: string): Property | undefined {
  return properties.findLast(
    (property): property is Property => property.type === 'ObjectProperty' && nameOf(property) === name,
  )
}

function nameOf({ key, computed }: Property): string | undefined {
  if (computed) return undefined
  if (key.type === 'Identifier') return key.name
  return key.type === 'StringLiteral' ? key.value : undefined
}

/** The members of the same object that stand before one, the nearest first. */
function namesBefore(paths: string[], parents: string[], name: string): string[] {
  const depth = parents.length
  const all = paths
    .map((path) => path.split('.'))
    .filter((names) => parents.every((parent, index) => names[index] === parent))
    .map((names) => names[depth] ?? '')
  return all.slice(0, all.indexOf(name)).reverse()
}

function replacement({ key, value, shorthand }: Property, name: string, text: string): Edit {
  const { end } = spanOf(value)
  return shorthand ? { start: spanOf(key).start, end, text: `${name}: ${text}` } : { ...spanOf(value), text }
}

function insertion(
  source: string,
  module: Module,
  object: ObjectLiteral,
  name: string,
  value: string,
  before: string[],
): Edit[] {
  const text = `${name}: ${value},`
  const { properties } = object
  // What is spread after a setting would take precedence.
  const spread = properties.some(({ type }) => type === 'SpreadElement')
  const neighbours = before.flatMap((each) => propertyOf(object, each) ?? [])
  const after = spread ? properties.at(-1) : neighbours[0]
  if (!after) return [at(spanOf(object).start + 1, properties.length > 0 ? `\n${text}\n` : text)]
  const { end } = spanOf(after)
  const comma = commaAfter(source, module, end)
  const line = endOfLine(source, module, comma ?? end)
  if (comma !== undefined) return [at(line, `\n${text}`)]
  return line === end ? [at(end, `,\n${text}`)] : [at(end, ','), at(line, `\n${text}`)]
}

/** A setting with its comma and, if nothing else stands there, its line. The comments about it stay. */
function removal(source: string, module: Module, property: Property): Edit {
  const { start, end } = spanOf(property)
  const comma = commaAfter(source, module, end)
  // A comment before the comma stays, and so the comma is removed only where it follows.
  const last = comma !== undefined && source.slice(end, comma).trim() === ',' ? comma : end
  const lineStart = source.lastIndexOf('\n', start - 1) + 1
  const rest = /[ \t]*\n/y
  rest.lastIndex = last
  const isAlone = source.slice(lineStart, start).trim() === '' && rest.test(source)
  return isAlone ? { start: lineStart, end: rest.lastIndex, text: '' } : { start, end: last, text: '' }
}

/** Where the comma after a position ends, behind blanks and comments; undefined if there is none. */
function commaAfter(source: string, { comments }: Module, position: number): number | undefined {
  let at = position
  for (;;) {
    while (/\s/.test(source[at] ?? '')) at++
    const comment = comments?.find(({ start }) => start === at)
    if (!comment) return source[at] === ',' ? at + 1 : undefined
    at = comment.end ?? at
  }
}

/** The end of the comments that stand behind a position in the same line. */
function endOfLine(source: string, { comments }: Module, position: number): number {
  let end = position
  for (const comment of comments ?? []) {
    const span = spanOf(comment)
    if (span.start >= end && /^[ \t]*$/.test(source.slice(end, span.start))) end = span.end
  }
  return end
}

const at = (position: number, text: string): Edit => ({ start: position, end: position, text })
const spanOf = ({ start, end }: { start?: number | null | undefined; end?: number | null | undefined }) => ({
  start: start ?? 0,
  end: end ?? 0,
})

const applied = (source: string, edits: Edit[]): string =>
  edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), source)

/** A value as source: large numbers as they are written there, as in 10_000. */
function literal(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value.toLocaleString('en').replaceAll(',', '_')
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${literal(inner)}`)
  return `{ ${members.join(', ')} }`
}
