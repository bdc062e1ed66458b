import { parseJson } from '../../../core/json.ts'

/** A value of JSON. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export type JsonObject = { [name: string]: Json }

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members that have a value. */
export function defined<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as typeof members
}

/** Why a text is not JSON, and the line and the column after the fault where AWS shows them. */
interface JsonFault {
  message: string
  at?: string
}

/** Why a text is not JSON; undefined if it is. In AWS's words for the two faults that were recorded. */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    parseJson(text)
    return undefined
  } catch (error) {
    const [read = '', token] = /^\s*(?!(?:null|true|false)\b)([a-z_$][\w$]*)/i.exec(text) ?? []
    if (token) {
      const expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
      return { message: `Unrecognized token '${token}': was expecting ${expected}`, at: placeAfter(read) }
    }
    const [start = '', name] = /^\s*\{\s*([^\s"}])/u.exec(text) ?? []
    if (name) {
      const character = `'${name}' (code ${name.codePointAt(0)})`
      const message = `Unexpected character (${character}): was expecting double-quote to start field name`
      return { message, at: placeAfter(start) }
    }
    return { message: (error as Error).message }
  }
}

function placeAfter(read: string): string {
  const lines = read.split('\n')
  return `line: ${lines.length}, column: ${(lines.at(-1)?.length ?? 0) + 1}`
}
