import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '@confirmation-reminder/cli/bundle/bundle'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A small change to the source that takes one thing away that the design needs. */
export interface Mutation {
  /** From the repository's root. */
  file: string
  from: string
  to: string
}

/**
 * Copies a synthesised stack and bundles one of its functions from mutated sources.
 * @param name the function, as in `functions/<name>`
 * @throws Error if the mutation no longer applies: it has to change together with the source.
 */
export async function mutatedStack(stack: string, name: string, { file, from, to }: Mutation): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'mutation-'))
  try {
    // The links of the workspace are relative, so that in the copy they lead to the copy.
    for (const folder of ['functions', 'packages']) copySources(folder, copy)
    for (const file of ['tsconfig.json', 'tsconfig.base.json']) cpSync(join(root, file), join(copy, file))
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const source = readFileSync(join(copy, file), 'utf8')
    if (source.split(from).length !== 2) throw new Error(`${file} does not contain this exactly once:\n${from}`)
    writeFileSync(
      join(copy, file),
      source.replace(from, () => to),
    )
    const { zip } = await bundle(join(copy, 'functions', name))

    const mutated = join(copy, 'stack', 'mutated')
    cpSync(stack, mutated, { recursive: true })
    writeFileSync(join(mutated, codeFileOf(mutated, name)), zip)
    for (const folder of ['functions', 'packages', 'node_modules']) rmSync(join(copy, folder), { recursive: true })
    return mutated
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

/** The path of a function's zip, from the stack's folder. */
function codeFileOf(stack: string, name: string): string {
  const { resource } = JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8')) as {
    resource: { aws_lambda_function: Record<string, { function_name: string; filename: string }> }
  }
  const found = Object.values(resource.aws_lambda_function).find(({ function_name }) =>
    function_name.endsWith(`-${name}`),
  )
  if (!found) throw new Error(`The stack ${stack} has no function ${name}.`)
  return found.filename
}
