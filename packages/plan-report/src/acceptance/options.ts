import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { refuse } from '@confirmation-reminder/options/values'

export const help = `Says whether a reviewer accepted the dangers of a commit.

Usage: npm run accepted -- --commit <commit> <reviews.json>

  reviews.json       GitHub's answer to packages/plan-report/src/acceptance/
                     query.graphql for the pull request
  --commit <commit>  the 40 digits of the pull request's head commit
  --help             show this

An approving review accepts with the line: danger-accepted <commit>

Exit codes: 0 accepted; 1 not accepted; 2 wrong options or input`

export interface Options {
  help: boolean
  commit: string
  reviews: string
}

/** Reads the command line. @throws UsageError that says what to write instead. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = readArguments(args, { commit: { type: 'string' } }, { positionals: true })
  const [reviews = '', ...more] = positionals
  const { commit = '' } = values
  if (values.help) return { help: true, commit, reviews }
  if (!reviews || more.length) throw new UsageError('Name one reviews.json. --help lists the options.')
  if (!/^[0-9a-f]{40}$/.test(commit)) refuse('--commit', commit, 'the 40 hexadecimal digits of a commit')
  return { help: false, commit, reviews }
}
