import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { list } from '../../gateway/input.ts'

/** The member `Tags` of a request. */
export const Tags = list(v.object({ Name: v.string(), Value: v.string() }))
type Tag = v.InferOutput<typeof Tags>[number]

const longest = 255

/**
 * Message tags by name.
 * @throws AwsError InvalidParameterValue, in the words of SES, for the first that it refuses
 */
export function tagsByName(tags: readonly Tag[]): Record<string, string> {
  for (const { Name, Value } of tags) {
    check('name', Name, /^[\w-]*$/, "'_',  '-'")
    check('value', Value, /^[\w.@-]*$/, "'_',  '-' , '.', '@'")
  }
  return Object.fromEntries(tags.map(({ Name, Value }) => [Name, Value]))
}

/** `campaign=welcome, locale=de`, as the header X-SES-MESSAGE-TAGS has it. */
export function tagsIn(header: string): Tag[] {
  const pairs = header.split(',').filter((pair) => pair.trim() !== '')
  return pairs.map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return { Name: name.trim(), Value: value.join('=').trim() }
  })
}

function check(part: 'name' | 'value', text: string, allowed: RegExp, besides: string): void {
  if (text === '') throw invalid(`The tag ${part} must be specified.`)
  if (text.length > longest) throw invalid(`Tag ${part} cannot exceed ${longest} characters.`)
  if (allowed.test(text)) return
  throw invalid(`Invalid tag ${part} <${text}>: only alphanumeric ASCII characters, ${besides} are allowed.`)
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message)
