import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '@confirmation-reminder/cli/bundle/bundle'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { codeFilesOf } from './code-files.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A small change to the source of a function that takes one thing away that the design needs. */
export interface Mutation {
  /** The function that contains it: its name, as in `functions/<name>`. */
  of: FunctionName
  /** From the repository's root. */
  file: string
  from: string
  to: string
}

/**
 * The source with the mutation.
 * @param folder with the source: the repository, or a copy that may have other mutations
 * @throws Error if the mutation no longer applies: it has to change together with the source.
 */
export function mutated({ file, from, to }: Mutation, folder = root): string {
  const source = readFileSync(join(folder, file), 'utf8')
  if (source.split(from).length !== 2) throw new Error(`${file} does not contain this exactly once:\n${from}`)
  return source.replace(from, () => to)
}

/**
 * Copies a synthesised stack and bundles some of its functions from mutated sources.
 * @throws Error if the mutation no longer applies: it has to change together with the source.
 */
export async function mutatedStack(stack: string, mutations: readonly Mutation[]): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'mutation-'))
  try {
    // The links of the workspace are relative, so that in the copy they lead to the copy.
    for (const folder of ['functions', 'packages']) copySources(folder, copy)
    for (const file of ['tsconfig.json', 'tsconfig.base.json']) cpSync(join(root, file), join(copy, file))
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const mutation of mutations) writeFileSync(join(copy, mutation.file), mutated(mutation, copy))

    const mutatedCopy = join(copy, 'stack', 'mutated')
    cpSync(stack, mutatedCopy, { recursive: true })
    for (const name of new Set(mutations.map(({ of }) => of))) {
      const { zip } = await bundle(join(copy, 'functions', name))
      const [, codeFile] = [...codeFilesOf(mutatedCopy)].find(([of]) => of.endsWith(`-${name}`)) ?? []
      if (!codeFile) throw new Error(`The stack ${stack} has no function ${name}.`)
      writeFileSync(join(mutatedCopy, codeFile), zip)
    }
    for (const folder of ['functions', 'packages', 'node_modules']) rmSync(join(copy, folder), { recursive: true })
    return mutatedCopy
  } catch (error) {
    rmSync(copy, { recursive: true, force: true })
    throw error
  }
}

/** Removes a stack that `mutatedStack` has made. */
export function discard(stack: string): void {
  rmSync(dirname(dirname(stack)), { recursive: true, force: true })
}

function copySources(folder: string, copy: string): void {
  for (const name of readdirSync(join(root, folder))) {
    cpSync(join(root, folder, name), join(copy, folder, name), { recursive: true, verbatimSymlinks: true })
  }
}
