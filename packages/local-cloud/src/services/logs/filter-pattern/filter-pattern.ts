import { refusal } from '../request.ts'
import { readJsonPattern } from './json-pattern.ts'
import type { Matches } from './matches.ts'
import { Scanner } from './scanner.ts'
import { readTerms } from './terms.ts'

/**
 * Reads a filter pattern: terms, or conditions on the members of lines that are JSON. What it matches, and the errors, follow
 * recordings of AWS where its documentation says nothing else.
 * See https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws AwsError `InvalidParameterException`, also for patterns that the local cloud does not support
 */
export function readFilterPattern(pattern: string): Matches {
  const text = pattern.trim()
  if (text.startsWith('[')) throw refusal('The local cloud does not support filter patterns of space-delimited events.')
  if (!text.startsWith('{')) return readTerms(new Scanner(text))
  if (!text.endsWith('}')) throw refusal("If a filter pattern starts with '{' it must end with '}'")
  return readJsonPattern(new Scanner(text.slice(1, -1)))
}
