import { stackName } from '@confirmation-reminder/contracts/names'
import type { Output } from '../output.ts'
import { help, readOptions } from './options.ts'
import { copyStack, readStackFolder } from './stack-folder.ts'
import { refusals } from './stack-rules.ts'

/**
 * Executes a command line: checks a stack, and copies it if nothing of it is refused.
 * @returns the exit code
 */
export function run(args: string[], output: Output): number {
  try {
    const options = readOptions(args)
    if (options.help) {
      output.print(`${help}\n`)
      return 0
    }
    const name = stackName(options.stage)
    const folder = readStackFolder(options.synthesised, name)
    const main = options.main === undefined ? undefined : readStackFolder(options.main, name).stack
    const refused = [...folder.refused, ...refusals(folder.stack, { name, files: folder.files, main })]
    for (const refusal of refused) output.error(`check-stack: ${refusal}`)
    if (refused.length) return 1
    copyStack(folder, options.into)
    return 0
  } catch (error) {
    output.error(`check-stack: ${(error as Error).message}`)
    return 2
  }
}
