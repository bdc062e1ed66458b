import type { Change } from './change.ts'
import type { Danger } from './danger.ts'
import { same, simplified } from './difference.ts'
import { type DisplayValue, inside, isObject, Sensitive, Unknown } from './display-value.ts'
import { grouped } from './grouped.ts'
import { capital } from './subjects.ts'

/** The environment variable with the URLs that a function leads people to, and the origins of those that they may choose. */
const variable = 'PAGES'

/** People who are led to pages of more origins by a function that exists. Functions that change alike are one danger. */
export function pageDangers(changes: Change[]): Danger[] {
  const widened = changes.flatMap(({ type, kind, title, before, after }) => {
    if (type !== 'aws_lambda_function' || (kind !== 'changed' && kind !== 'replaced')) return []
    const [was, is] = [pagesIn(before), pagesIn(after)]
    if (same(was, is)) return []
    const [wasOrigins, isOrigins] = [originsIn(was), originsIn(is)]
    if (isOrigins?.every((origin) => wasOrigins?.includes(origin))) return []
    return [{ title, before: inLines(wasOrigins), after: inLines(isOrigins) }]
  })
  const alike = grouped(widened, ({ before, after }) => JSON.stringify([before, after]))
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (!first) return []
    const titles = [first, ...others].map(({ title }) => title).join(', ')
    const title = `${capital(titles)} ${others.length > 0 ? 'lead' : 'leads'} people to pages of more origins`
    const why = 'Who registers, confirms or withdraws is sent there, as soon as the function is shipped.'
    return [{ title, why, before: first.before, after: first.after }]
  })
}

function pagesIn(values: { [name: string]: DisplayValue }): DisplayValue {
  const path = ['environment', 0, 'variables', variable]
  let value: DisplayValue = values
  for (const key of path) {
    if (value instanceof Unknown || value instanceof Sensitive) return value
    value = (inside(value, key) ?? null) as DisplayValue
  }
  return value
}

/** The origins of all URLs in the JSON of the variable; undefined if this plan does not show them. */
function originsIn(value: DisplayValue): string[] | undefined {
  if (value === null) return []
  if (typeof value !== 'string') return undefined
  return [...new Set(textsIn(simplified(value)).map((url) => (URL.canParse(url) ? new URL(url).origin : url)))]
}

function textsIn(value: DisplayValue): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  return isObject(value) || Array.isArray(value) ? Object.values(value).flatMap(textsIn) : []
}

function inLines(origins: string[] | undefined): string[] {
  if (origins === undefined) return ['This plan does not show which.']
  return origins.length > 0 ? origins : ['none']
}
