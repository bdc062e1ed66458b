import type { Change } from './change.ts'
import type { Danger } from './danger.ts'
import { changedElements } from './difference.ts'
import { type DisplayValue, elements, inWords, isObject, listIn, Unknown } from './display-value.ts'
import { capital } from './subjects.ts'

/** Pages of other origins that get more rights at an HTTP API that exists: its CORS widens. A new API comes with its own. */
export function originDangers({ type, kind, title, before, after }: Change): Danger[] {
  if (type !== 'aws_apigatewayv2_api' || (kind !== 'changed' && kind !== 'replaced')) return []
  const [was, is] = [before, after].map((side) => corsIn(side.cors_configuration ?? null))
  if (is instanceof Unknown) return [widens(title, was, is, 'This plan does not show which.')]
  const [wasOrigins, isOrigins] = [allowed(was, 'allow_origins'), allowed(is, 'allow_origins')]
  const come = changedElements(listIn(wasOrigins), listIn(isOrigins)).come
  if (isOrigins instanceof Unknown || come.length > 0) {
    const why = 'Their scripts may send registrations and read the responses.'
    return [widens(title, wasOrigins, isOrigins, why)]
  }
  const cookies = allowed(was, 'allow_credentials') !== true && allowed(is, 'allow_credentials') === true
  const why = 'Requests of the pages whose origins are allowed carry the cookies of the API.'
  return cookies ? [{ title: `${capital(title)} takes cookies from pages of other origins`, why }] : []
}

function widens(title: string, was: DisplayValue | undefined, is: DisplayValue | undefined, why: string): Danger {
  const lines = (value: DisplayValue | undefined) => {
    if (value instanceof Unknown) return [inWords(value)]
    return elements(value).length > 0 ? elements(value) : ['none']
  }
  return {
    title: `${capital(title)} takes requests from pages of more origins`,
    why,
    before: lines(was),
    after: lines(is),
  }
}

/** The only block of its kind. */
const corsIn = (value: DisplayValue): DisplayValue => (Array.isArray(value) ? (value[0] ?? null) : value)

const allowed = (cors: DisplayValue | undefined, name: string): DisplayValue | undefined =>
  isObject(cors) && Object.hasOwn(cors, name) ? cors[name] : undefined
