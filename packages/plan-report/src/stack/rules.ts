/**
 * What a value of a stack may be.
 * @param path where the value is, as in `data.external`
 * @returns what is not allowed, each a sentence that names it; empty if all of it is allowed
 */
export type Rule = (value: unknown, path: string) => string[]

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The path of a member. Names come from the stack: what is no plain name is printed as a string, on one line. */
const at = (path: string, name: string) => {
  const shown = /^[\w/-]+$/.test(name) ? name : JSON.stringify(name)
  return path ? `${path}.${shown}` : shown
}

/** An object with these members and no others. A member that `optional` does not name must be there. */
export function members(rules: Record<string, Rule>, optional: string[] = []): Rule {
  const ruleOf = new Map(Object.entries(rules))
  return (value, path) => {
    if (!isObject(value)) return [`${path || 'The stack'} must be one object.`]
    const given = new Map(Object.entries(value))
    const missing = [...ruleOf.keys()].filter((name) => !given.has(name) && !optional.includes(name))
    return [
      ...missing.map((name) => `${at(path, name)} is missing.`),
      ...[...given].flatMap(
        ([name, member]) => ruleOf.get(name)?.(member, at(path, name)) ?? [`${at(path, name)} is not allowed.`],
      ),
    ]
  }
}

/** An object with any names that Terraform accepts, and what each of them is. */
export const named =
  (rule: Rule): Rule =>
  (value, path) => {
    if (!isObject(value)) return [`${path} must be one object.`]
    return Object.entries(value).flatMap(([name, member]) =>
      /^[A-Za-z_][\w-]*$/.test(name) ? rule(member, at(path, name)) : [`${at(path, name)} is not a name.`],
    )
  }

/** An object of which some members have rules; the others may be anything. */
export const except =
  (rules: Record<string, Rule>): Rule =>
  (value, path) => {
    if (!isObject(value)) return [`${path} must be one object.`]
    const ruleOf = new Map(Object.entries(rules))
    return Object.entries(value).flatMap(([name, member]) => ruleOf.get(name)?.(member, at(path, name)) ?? [])
  }

export const listOf =
  (rule: Rule): Rule =>
  (value, path) =>
    Array.isArray(value) ? value.flatMap((item, index) => rule(item, `${path}[${index}]`)) : [`${path} must be a list.`]

export const matching =
  (pattern: RegExp, what: string): Rule =>
  (value, path) =>
    typeof value === 'string' && pattern.test(value) ? [] : [`${path} must be ${what}.`]

export const oneOf =
  (...allowed: (string | boolean)[]): Rule =>
  (value, path) =>
    allowed.some((each) => each === value) ? [] : [`${path} must be ${allowed.join(' or ')}.`]

export const anything: Rule = () => []

export const forbidden: Rule = (_, path) => [`${path} is not allowed.`]
