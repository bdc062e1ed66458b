import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { checkoutVariable } from '@confirmation-reminder/programs/bundle-program'
import { startOf } from './programs.ts'

const root = join(__dirname, '..')
const folders = ['functions/reminder', 'packages/cli', 'packages/contracts']

/** Another Region than the stack's, as a developer's shell may well have. */
export const regionOfShell = 'us-east-1'

/** A ship that runs: what it has printed so far, and how it ends. */
export interface Ship {
  output: string
  process: ChildProcess
  /** Resolves when it has printed this; rejects, where it ends without. */
  said(text: string): Promise<void>
  ended: Promise<number | null>
}

/** A copy of this checkout, as far as the reminder is shipped from it, for a developer who edits. */
export class Checkout {
  private readonly folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-checkout-'))

  constructor(private readonly endpoint: string) {
    for (const file of ['tsconfig.json', 'tsconfig.base.json']) cpSync(join(root, file), join(this.folder, file))
    for (const folder of folders) {
      const [from, to] = [join(root, folder), join(this.folder, folder)]
      cpSync(from, to, { recursive: true, filter: (path) => !path.includes('node_modules') })
      symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'))
    }
  }

  /** @throws Error, where the text to replace is not there: the test would test nothing */
  edit(file: string, change: (text: string) => string): void {
    const before = readFileSync(join(this.folder, file), 'utf8')
    const after = change(before)
    if (after === before) throw new Error(`${file} has changed: adapt the edit of this test.`)
    writeFileSync(join(this.folder, file), after)
  }

  /** Puts a statement at the beginning of what the reminder does with a real event. */
  editReminder(statement: string): void {
    this.edit('functions/reminder/src/handler.ts', (text) =>
      text.replace(/^(\s*)(const .* = await remind\()/m, `$1${statement}\n$1$2`),
    )
  }

  /** Commits what is there. Returns the commit. */
  commit(): string {
    this.git('init', '--quiet')
    this.git('add', 'functions', 'packages')
    this.git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'one more')
    return this.git('rev-parse', 'HEAD').trim()
  }

  /** Checks out a commit that `commit` returned. */
  goTo(commit: string): void {
    this.git('checkout', '--quiet', commit)
  }

  private git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.folder, encoding: 'utf8' })
  }

  ship(...options: string[]): Ship {
    const child = spawn(process.execPath, [...startOf('ship', this.folder), ...options], {
      cwd: root,
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: this.endpoint,
        AWS_REGION: regionOfShell,
        [checkoutVariable]: this.folder,
      },
    })
    const listeners = new Set<() => void>()
    const ship: Ship = {
      output: '',
      process: child,
      ended: once(child, 'close').then(([code]) => code),
      said: (text) =>
        new Promise((resolve, reject) => {
          const listen = () => ship.output.includes(text) && resolve()
          listeners.add(listen)
          listen()
          void ship.ended.then(() => reject(new Error(`It never said "${text}", but:\n${ship.output}`)))
        }),
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        ship.output += chunk
        for (const listen of listeners) listen()
      })
    }
    return ship
  }

  /** Ships to the end: the exit code and what was printed. */
  async shipped(...options: string[]): Promise<{ code: number | null; output: string }> {
    const ship = this.ship(...options)
    const code = await ship.ended
    return { code, output: ship.output }
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export const local = (name: FunctionName, ...more: string[]) => [name, '--stage', 'local', ...more]
