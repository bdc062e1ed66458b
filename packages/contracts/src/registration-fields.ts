import * as v from 'valibot'

/**
 * A field of forms that people do not see and leave empty. A registration that fills it comes from a bot. The name is part of
 * the API, because forms on other sites have it too. It is one that programs like to fill, and that browsers do not fill by
 * themselves.
 */
export const trapField = 'homepage'

/** The field with a proof of work. The widget of altcha gives it this name. */
export const proofField = 'altcha'

/** Fields that mean something else. */
const taken = ['email', 'locale', 'returnTo', proofField, 'token', 'by', trapField]

export const attributeNames = `begin with a lower-case letter, have at most 30 letters, digits and _, and are none of ${taken.join(', ')}`

/** Whether a field of a registration may be declared under this name. What every object inherits is no such name. */
export function isAttributeName(name: string): boolean {
  return /^[a-z][a-zA-Z\d_]{0,29}$/.test(name) && !(name in {}) && !taken.includes(name)
}

/**
 * How many a stage may declare, and how long they may be together, in code points: a form escapes each in up to twelve bytes,
 * and functions read 8 KB, of which a proof of work needs less than one.
 */
export const attributeLimits = { number: 10, maxLengthInAll: 400 } as const

/** The fields that a stage keeps with a customer, by name. `maxLength` is in code points. */
export type AttributeRules = Record<string, { maxLength: number }>

/**
 * The rules as JSON, as `JSON.stringify` writes them. A regular expression checks all of it, because schemas for parsed JSON would
 * make the cold start of every function longer.
 */
export const AttributeRules = v.pipe(
  v.string(),
  v.regex(
    /^\{(?:"\w+":\{"maxLength":\d+\}(?:,"\w+":\{"maxLength":\d+\})*)?\}$/,
    'is no JSON of names with a maxLength',
  ),
  v.transform((json): AttributeRules => JSON.parse(json)),
)
