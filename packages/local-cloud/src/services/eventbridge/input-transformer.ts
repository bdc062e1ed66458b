import { memberOf } from '../../core/json.ts'
import type { InputTransformer } from '../../core/stack-model.ts'
import type { Event } from './event.ts'

/** Transforms an event to the text that the target gets. */
export type Transform = (event: Event, rule: { name: string; arn: string }, ingestedMs: number) => string

const placeholder = /<([\w.-]+)>/g
const predefined = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
]

/**
 * Reads an input transformer. Outside quotes a variable becomes JSON; within quotes a text is inserted without
 * escaping, as EventBridge does: a value that contains quotes breaks the JSON around it. A path without a match inserts
 * nothing.
 * @throws Error that names an undefined variable, or a path that the local cloud does not support.
 */
export function readTransformer({ inputPaths, inputTemplate }: InputTransformer): Transform {
  const paths = Object.entries(inputPaths).map(([name, path]) => ({ name, find: readPath(path) }))
  const known = [...Object.keys(inputPaths), ...predefined]
  for (const [, name = ''] of inputTemplate.matchAll(placeholder)) {
    if (!known.includes(name)) throw new Error(`The input template uses <${name}>: define it in input_paths.`)
  }
  return (event, rule, ingestedMs) => {
    const values = new Map<string, unknown>([
      ...paths.map(({ name, find }): [string, unknown] => [name, find(event)]),
      ['aws.events.rule-arn', rule.arn],
      ['aws.events.rule-name', rule.name],
      ['aws.events.event.ingestion-time', new Date(ingestedMs).toISOString()],
      ['aws.events.event', event],
      ['aws.events.event.json', JSON.stringify(event)],
    ])
    return inputTemplate.replace(placeholder, (_, name: string, at: number) => {
      const value = values.get(name)
      if (value === undefined) return ''
      if (!withinQuotes(inputTemplate, at)) return JSON.stringify(value)
      if (typeof value === 'string') return value
      return JSON.stringify(value).replaceAll('"', '')
    })
  }
}

function withinQuotes(template: string, at: number): boolean {
  return [...template.slice(0, at).replaceAll(/\\./g, '').matchAll(/"/g)].length % 2 === 1
}

/** A path such as `$.detail.executionArn` or `$.resources[0]`. */
function readPath(path: string): (event: Event) => unknown {
  if (!/^\$(\.[\w/-]+(\[\d+\])*)*$/.test(path)) {
    throw new Error(
      `The local cloud does not follow the input path ${path}: write names and indices, as in $.resources[0].`,
    )
  }
  const steps = path.slice(1).match(/[\w/-]+/g) ?? []
  return (event) => steps.reduce<unknown>(memberOf, event)
}
