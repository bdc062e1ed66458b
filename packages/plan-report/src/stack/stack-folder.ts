import { copyFileSync, type Dirent, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { codeFile } from './stack-rules.ts'

const stackFile = 'cdk.tf.json'

/** A stack as it was synthesised: its folder, and what is in it. */
export interface StackFolder {
  path: string
  /** The parsed JSON. */
  stack: unknown
  /** The paths from the folder. */
  files: string[]
  /** A sentence for each file that Terraform must not find beside the stack. */
  refused: string[]
}

/**
 * Reads what was synthesised of a stack. Follows no link.
 * @param synthesised the folder cdktf.out
 * @throws Error if there is no such stack, or if it is not JSON
 */
export function readStackFolder(synthesised: string, name: string): StackFolder {
  const path = join(synthesised, 'stacks', name)
  for (const folder of [synthesised, dirname(path), path]) {
    if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is not a folder.`)
  }
  const entries = readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => !entry.isDirectory())
  const pathOf = (entry: Dirent) => relative(path, join(entry.parentPath, entry.name))
  const allowed = (entry: Dirent) => entry.isFile() && (pathOf(entry) === stackFile || codeFile.test(pathOf(entry)))
  const refused = entries
    .filter((entry) => !allowed(entry))
    .map((entry) => {
      const kind = entry.isSymbolicLink() ? 'link' : 'file'
      return `The ${kind} ${JSON.stringify(pathOf(entry))} is not allowed: a stack is ${stackFile} and the zips in assets.`
    })
  const files = entries.filter(allowed).map(pathOf)
  if (!files.includes(stackFile)) throw new Error(`${path} has no ${stackFile}.`)
  return { path, stack: parse(join(path, stackFile)), files, refused }
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // The message quotes the file, line breaks included. In a log, a line of it could be a command to the runner.
    throw new Error(`${file} is not JSON: ${JSON.stringify((error as Error).message)}`)
  }
}

/**
 * Copies a stack into a new folder. Its JSON is written from what was parsed: of two members with one name, for example,
 * JSON.parse reads the last and Terraform reads both.
 * @throws Error if the folder exists
 */
export function copyStack({ path, stack, files }: StackFolder, into: string): void {
  mkdirSync(dirname(into), { recursive: true })
  mkdirSync(into)
  for (const file of files.filter((each) => each !== stackFile)) {
    mkdirSync(dirname(join(into, file)), { recursive: true })
    copyFileSync(join(path, file), join(into, file))
  }
  writeFileSync(join(into, stackFile), JSON.stringify(stack, null, 2))
}
