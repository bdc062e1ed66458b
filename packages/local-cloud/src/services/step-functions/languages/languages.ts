import type { QueryLanguage } from './input-output-processing.ts'
import { jsonata } from './language-jsonata.ts'
import { jsonPath } from './language-jsonpath.ts'

export const languages = { JSONPath: jsonPath, JSONata: jsonata } satisfies Record<string, QueryLanguage>

export type Language = keyof typeof languages

/** The language of a machine or a state. Map and Parallel states do not pass theirs on to the states inside of them. */
export function languageOf({ QueryLanguage }: { QueryLanguage?: unknown }, inherited: Language = 'JSONPath'): Language {
  if (QueryLanguage === undefined) return inherited
  return QueryLanguage === 'JSONPath' ? 'JSONPath' : 'JSONata'
}
