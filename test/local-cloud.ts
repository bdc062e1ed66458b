import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startOf } from './programs.ts'
import { stackOf } from './synthesise.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const day = 86_400
const json = { 'content-type': 'application/json' }
/** All customers of a test register from this machine. */
const unlimited = '--var=registrations_per_source_and_hour=1000000'

export interface Mail {
  id: string
  at: string
  from: string
  to: string[]
  subject: string
  text: string
  html: string
  headers: Record<string, string>
}

/** What the app of the Slack channel received. */
export interface SlackPost {
  at: string
  channel: string
  topic: string
  title: string
  text: string
  kind: string
  dropped: string | null
}

/** Runs the CLI of the local cloud to its end: for starts that must fail, and for `--help`. */
export async function runCli(...options: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [...startOf('local-cloud'), ...options], { cwd: root })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

/** The local cloud as its users start it: a process of its own, spoken to over HTTP alone. */
export class LocalCloud {
  cloudUrl = ''
  apiUrl = ''
  /** Everything that it printed, over all its lives. */
  output = ''
  private process: ChildProcess | undefined

  private constructor(
    readonly data: string,
    /** The synthesised folder that the next start deploys. */
    public stack: string,
    private readonly options: readonly string[],
  ) {}

  /**
   * @param data a folder that is there; left out: a new one
   * @param options what the command line says besides
   */
  static async start(
    stack = stackOf('dev'),
    { data = mkdtempSync(join(tmpdir(), 'confirmation-reminder-')), options = [] as readonly string[] } = {},
  ): Promise<LocalCloud> {
    const cloud = LocalCloud.at(data, stack, options)
    await cloud.start()
    return cloud
  }

  /** The local cloud of a data folder, not started yet. */
  static at(data: string, stack = stackOf('dev'), options: readonly string[] = []): LocalCloud {
    return new LocalCloud(data, stack, [unlimited, ...options])
  }

  /**
   * Starts on the same data again, on new ports.
   * @param shell what a shell does before, as in `ulimit -f 1000`
   */
  async start(shell = ':'): Promise<void> {
    const own = ['--stack', this.stack, '--data', this.data, '--cloud-port', '0', '--api-port', '0']
    const command = [process.execPath, ...startOf('local-cloud'), ...own, ...this.options]
    const child = spawn('sh', ['-c', `${shell}; exec "$@"`, 'sh', ...command], { cwd: root, env: environment() })
    this.process = child
    child.stderr.on('data', (chunk) => {
      this.output += chunk
    })
    const printed: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      printed.push(line)
      this.output += `${line}\n`
      if (line === 'ready') break
    }
    child.stdout.on('data', (chunk) => {
      this.output += chunk
    })
    child.stdout.resume()
    this.cloudUrl = addressAfter('AWS endpoint', printed) ?? this.giveUp()
    this.apiUrl = addressAfter('HTTP API', printed) ?? this.giveUp()
  }

  /** Whether its process runs. */
  get alive(): boolean {
    return this.process?.exitCode === null && this.process.signalCode === null
  }

  /** The id of its process. @throws Error if it has not been started */
  get pid(): number {
    if (this.process?.pid === undefined) throw new Error('The local cloud has not been started.')
    return this.process.pid
  }

  /** The most and the current memory of its process, as Linux shows them. */
  get memory(): string | undefined {
    const status = `/proc/${this.process?.pid}/status`
    return existsSync(status)
      ? readFileSync(status, 'utf8')
          .match(/Vm(HWM|RSS):.*/g)
          ?.join(', ')
      : undefined
  }

  /** Resolves with the exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.process
    if (child && this.alive) await once(child, 'close')
    return child?.exitCode ?? null
  }

  private giveUp(): never {
    throw new Error(`The local cloud did not get ready. It printed:\n${this.output}`)
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.process
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    child.kill(signal)
    const [code] = await once(child, 'close')
    return code
  }

  /** `kill -9`: nothing is said, nothing is flushed. */
  kill = () => this.end('SIGKILL')
  terminate = () => this.end('SIGTERM')

  /** Ends it and removes its data. */
  async dispose(): Promise<void> {
    await this.end('SIGKILL')
    rmSync(this.data, { recursive: true, force: true })
  }

  register(email: string, more: object = {}): Promise<Response> {
    return fetch(`${this.apiUrl}/registrations`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ email, ...more }),
    })
  }

  /** As somebody who presses the button. */
  confirm(token: string): Promise<Response> {
    return fetch(`${this.apiUrl}/confirm`, { method: 'POST', body: new URLSearchParams({ token, by: 'button' }) })
  }

  withdraw(token: string): Promise<Response> {
    return fetch(`${this.apiUrl}/withdraw`, { method: 'POST', body: new URLSearchParams({ token }) })
  }

  /** All mails, or those that one address got, in order of sending. */
  async mails(to?: string): Promise<Mail[]> {
    const query = new URLSearchParams({ limit: '1000', ...(to && { to }) })
    const pages: Mail[][] = []
    for (let next: string | undefined = `/_local/mails?${query}`; next !== undefined; ) {
      const answer: Response = await fetch(`${this.cloudUrl}${next}`)
      pages.unshift((await answer.json()) as Mail[])
      next = /<(.*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
    }
    return pages.flat()
  }

  async slack(): Promise<SlackPost[]> {
    return (await fetch(`${this.cloudUrl}/_local/slack`)).json() as Promise<SlackPost[]>
  }

  async skip(skipSeconds: number): Promise<{ now: string; offsetSeconds: number }> {
    // `fetch` gives up after five minutes without an answer: on a busy machine hours of retries take longer.
    const skipping = request(`${this.cloudUrl}/_local/clock`, { method: 'POST', headers: json })
    skipping.end(JSON.stringify({ skipSeconds }))
    const [answer] = (await once(skipping, 'response')) as [IncomingMessage]
    const answered = await text(answer)
    if (answer.statusCode !== 200) throw new Error(`The clock did not move: ${answered}`)
    return JSON.parse(answered)
  }

  skipDays = (days: number) => this.skip(days * day)

  control(method: 'POST' | 'PUT', path: string, body: unknown): Promise<Response> {
    return fetch(`${this.cloudUrl}/_local/${path}`, { method, headers: json, body: JSON.stringify(body) })
  }

  /** What an AWS SDK client needs to speak to it. */
  get client() {
    return {
      endpoint: this.cloudUrl,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    }
  }
}

/** With the name of the test file, under which the cloud records the use of permissions when `npm run permissions` asks for it. */
function environment(): NodeJS.ProcessEnv {
  if (!process.env.PERMISSION_USAGE) return process.env
  return { ...process.env, PERMISSION_USER: relative(root, expect.getState().testPath ?? '') }
}

function addressAfter(label: string, lines: string[]): string | undefined {
  return lines.map((line) => new RegExp(`^\\s*${label}\\s+(http://\\S+)`).exec(line)?.[1]).find(Boolean)
}

/** The confirmation link of a mail. */
export function linkIn({ text }: Pick<Mail, 'text'>): URL {
  const link = /https?:\/\/\S+\/confirm\?token=\S+/.exec(text)?.[0]
  if (!link) throw new Error(`No confirmation link in: ${text}`)
  return new URL(link)
}

export const tokenIn = (mail: Pick<Mail, 'text'>) => linkIn(mail).searchParams.get('token') ?? ''
