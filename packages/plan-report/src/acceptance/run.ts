import { readFileSync } from 'node:fs'
import type { Output } from '../output.ts'
import { acceptedBy } from './acceptance.ts'
import { help, readOptions } from './options.ts'

/**
 * Executes a command line: reads the reviews, and prints who accepted the commit's dangers.
 * @returns the exit code
 */
export function run(args: string[], output: Output): number {
  try {
    const options = readOptions(args)
    const reviewers = options.help ? [] : acceptedBy(readFileSync(options.reviews, 'utf8'), options.commit)
    output.print(options.help ? `${help}\n` : `${reviewers.join(', ') || 'No reviewer'} accepted ${options.commit}.\n`)
    return options.help || reviewers.length ? 0 : 1
  } catch (error) {
    output.error(`accepted: ${(error as Error).message}`)
    return 2
  }
}
