import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type File, Instrumenter } from '@stryker-mutator/instrumenter'

/** One change of a source. */
export interface Mutant {
  /** Unique within one run. */
  id: string
  /** Relative to the repository. */
  file: string
  /** From 1. */
  line: number
  /** Stryker's name for the kind of change. */
  kind: string
  /** The text that is changed, and what it is changed to. */
  code: string
  mutated: string
}

/** Sources that contain all of their mutants at once, each behind a switch. */
export interface Instrumented {
  mutants: Mutant[]
  /** The text by absolute path. */
  sources: Record<string, string>
}

/**
 * Text for people: tests need not repeat it. It begins as a sentence or ends as one; texts for programs do not.
 */
const isProse = ({ kind, code }: Mutant) => kind === 'StringLiteral' && /^.(?:[A-Z][a-z]*|SES)\s|[a-z]\. ?.$/.test(code)

/** Makes the mutants of the sources of a folder, except its tests. No mutant changes text for people only. */
export async function instrument(root: string, folder: string): Promise<Instrumented> {
  const paths = readdirSync(join(root, folder, 'src'), { encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `${folder}/src/${name}`)
  const originals = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  const sources: File[] = [...originals].map(([name, content]) => ({ name, content, mutate: true }))
  const options = { plugins: null, excludedMutations: [], ignorers: [] }
  const { files, mutants } = await new Instrumenter(silent).instrument(sources, options)
  return {
    sources: Object.fromEntries(files.map(({ name, content }) => [join(root, name), content])),
    mutants: mutants
      .map(({ id, fileName: file, mutatorName: kind, location: { start, end }, replacement }) => {
        const text = originals.get(file) ?? ''
        const code = text.slice(offsetOf(text, start), offsetOf(text, end))
        return { id, file, line: start.line + 1, kind, code, mutated: replacement }
      })
      .filter((mutant) => !isProse(mutant)),
  }
}

const offsetOf = (text: string, { line, column }: { line: number; column: number }) =>
  text
    .split('\n')
    .slice(0, line)
    .reduce((sum, one) => sum + one.length + 1, column)

const off = () => false
const nothing = () => {}
const silent = {
  isTraceEnabled: off,
  isDebugEnabled: off,
  isInfoEnabled: off,
  isWarnEnabled: off,
  isErrorEnabled: off,
  isFatalEnabled: off,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
}
