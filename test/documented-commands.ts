import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(__dirname, '..')

/** Commands of the documentation that are run together, as a reader copies them. */
export interface Documented {
  file: string
  /** The heading above them. */
  heading: string
  /** The paragraph, or the row of a table, that a command stands in; the whole block of others. */
  text: string
  commands: string
}

const files = ['README.md', 'CONTRIBUTING.md', ...markdownBelow('docs')]

function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return markdownBelow(path)
    return path.endsWith('.md') ? [path] : []
  })
}

const part = /^(?<hashes>#+) (?<title>.*)$|^ *```(?<kind>\w*)\n(?<block>[\s\S]*?)^ *```$|(?<line>.+)/gm

/** All commands of the documentation that call `aws`: those of blocks, and those within a text. */
export function documentedCommands(): Documented[] {
  return files.flatMap((file) => {
    let heading = ''
    return [...readFileSync(join(root, file), 'utf8').matchAll(part)].flatMap(({ groups = {} }) => {
      const { title, kind, block, line } = groups
      if (title !== undefined) heading = title
      if (block !== undefined) {
        const commands = kind === 'console' ? prompted(block) : kind === 'sh' ? block : ''
        return /\baws /.test(commands) ? [{ file, heading, text: block, commands }] : []
      }
      return [...(line ?? '').matchAll(/`(aws [\w-]+ [^`]+)`/g)].map(([, commands = '']) => ({
        ...{ file, heading, commands },
        text: line ?? '',
      }))
    })
  })
}

/** What a console was asked: the lines after its prompt. */
const prompted = (block: string) => [...block.matchAll(/^\$ (.*)$/gm)].map(([, line]) => line).join('\n')

// Everything but `aws` does nothing, and no program is found: a shell reads the commands as it would for a reader.
const shell = `
aws() {
  printf '%s\\037' "$@" >> "$CALLS"; printf '\\036' >> "$CALLS"
  case "$2" in describe-table) echo ACTIVE ;; *) echo found ;; esac
}
date() { echo 0; }
tr() { echo found; }
`

/** The arguments of each call of `aws` that commands make, as bash passes them. */
export function callsOf(commands: string): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'))
  try {
    const calls = join(folder, 'calls')
    writeFileSync(calls, '')
    const env = { PATH: folder, CALLS: calls, STAGE: 'dev', STATE_MACHINE_ARN: 'arn', RUN: 'arn', DEAD_LETTERS: 'url' }
    // What a reader replaces would be a redirection.
    const replaced = commands.replaceAll(/<[\w-]+>/g, 'placeholder')
    spawnSync('/bin/bash', ['--norc', '-c', `${shell}\n${replaced}`], { cwd: folder, env, timeout: 10_000 })
    return readFileSync(calls, 'utf8')
      .split('\x1e')
      .slice(0, -1)
      .map((call) => call.split('\x1f').slice(0, -1))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
