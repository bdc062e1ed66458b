import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AwsStandIn } from './fake-provider.ts'
import { schemaOf } from './provider-schema.ts'
import { reordered } from './resource.ts'
import type { Values } from './value.ts'

/** The arguments of a resource. */
// biome-ignore lint/suspicious/noExplicitAny: what Terraform's JSON holds is what the tests find out.
export type Arguments = Record<string, any>

/** A stack as it was synthesised. */
export interface Stack {
  resource: Record<string, Record<string, Arguments>>
  data: Record<string, Record<string, Arguments>>
  output: Record<string, Arguments>
  provider: { aws: Arguments[] }
  terraform: Arguments
}

/** The one resource of a type, or the one whose name fits. */
export function only(stack: Stack, type: string, name = /./): Arguments {
  const [found, another] = Object.entries(stack.resource[type] ?? {}).filter(([key]) => name.test(key))
  if (!found || another) throw new Error(`There is not exactly one ${type} like ${name}.`)
  return found[1]
}

/** The settings of the tests are examples, for which Terraform accepts no account. In a workspace it accepts any. */
function forAnyAccount(text: string): string {
  const stack = JSON.parse(text) as Stack
  for (const provider of stack.provider.aws) delete provider.allowed_account_ids
  return JSON.stringify(stack)
}

/** Whether this machine has a Terraform to run. */
export const terraformIsHere = spawnSync('terraform', ['version'], { stdio: 'ignore' }).status === 0

export interface Ended {
  code: number
  /** All that it printed, to both streams. */
  output: string
}

/** A copy of a stack in a folder of its own, with a state of its own, and a provider beside it. */
export class Workspace {
  private readonly folder = mkdtempSync(join(tmpdir(), 'terraform-'))
  /** As deep as the original, because its backend's path leads out of its folder. */
  private readonly stack = join(this.folder, 'infra', 'cdktf.out', 'stacks', 'stack')
  private readonly original: string
  /** The kept plan as JSON, once it was asked for. */
  private shown: Promise<string> | undefined

  private constructor(
    source: string,
    private readonly standIn: AwsStandIn,
  ) {
    cpSync(source, this.stack, { recursive: true })
    this.original = forAnyAccount(readFileSync(join(this.stack, 'cdk.tf.json'), 'utf8'))
    this.change(() => undefined)
    // Were a provider to be downloaded after all, it would be looked for in an empty folder.
    mkdirSync(join(this.folder, 'mirror'))
    writeFileSync(
      join(this.folder, 'terraform.rc'),
      `provider_installation {\n  filesystem_mirror {\n    path = "${join(this.folder, 'mirror')}"\n  }\n}\n`,
    )
  }

  /** A workspace of the stack in this folder, made ready by `terraform init`. */
  static async of(source: string): Promise<Workspace> {
    const { resource, data } = JSON.parse(readFileSync(join(source, 'cdk.tf.json'), 'utf8')) as Stack
    const standIn = await AwsStandIn.start({ resources: Object.keys(resource), data: Object.keys(data) })
    const workspace = new Workspace(source, standIn)
    const { code, output } = await workspace.run('init')
    if (code !== 0) throw new Error(output)
    return workspace
  }

  /** The stack as it was synthesised, changed. Each change starts from the original. */
  change(change: (stack: Stack) => void): void {
    const stack = JSON.parse(this.original)
    change(stack)
    writeFileSync(join(this.stack, 'cdk.tf.json'), JSON.stringify(stack, null, 2))
  }

  /** Changes resources of a type as a person would by hand, in the console. Without a change, nothing is touched. */
  touch(type?: string, change: Values = {}): void {
    this.standIn.drift = (found, values) => (found === type ? { ...values, ...change } : values)
  }

  /** From now on AWS returns every list in another order than it was given, until `touch`. */
  reorder(): void {
    this.standIn.drift = (type, values) => reordered(schemaOf('resource', type), values)
  }

  /** Runs Terraform to its end. */
  async run(...command: string[]): Promise<Ended> {
    const child = spawn('terraform', command, {
      cwd: this.stack,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        TF_CLI_CONFIG_FILE: join(this.folder, 'terraform.rc'),
        TF_CLI_ARGS: '-no-color',
        TF_IN_AUTOMATION: '1',
        TF_INPUT: '0',
        CHECKPOINT_DISABLE: '1',
        // A run is short: collecting its garbage at each doubling, as Go does by default, costs a tenth of its CPU.
        GOGC: '400',
        ...this.standIn.environment,
      },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    }
    const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)))
    return { code, output }
  }

  /** `terraform validate`, as one line for each error: its summary, where it stands, and what it says. */
  async faults(): Promise<string[]> {
    const { output } = await this.run('validate', '-json')
    const { diagnostics } = JSON.parse(output) as {
      diagnostics: { summary: string; detail: string; snippet?: { context: string | null } }[]
    }
    return diagnostics.map(({ summary, detail, snippet }) => `${summary} in ${snippet?.context ?? '?'}: ${detail}`)
  }

  /** Plans, and keeps the plan for `apply`. */
  plan(...options: string[]): Promise<Ended> {
    this.shown = undefined
    return this.run('plan', '-out=plan', ...options)
  }

  /**
   * Plans, has the plan reviewed, and applies it.
   * @throws Error with what Terraform printed if it could not
   */
  async deploy(review?: (planFile: string) => Promise<void>): Promise<void> {
    const planned = await this.plan()
    if (planned.code !== 0) throw new Error(planned.output)
    await review?.(await this.planFile())
    const applied = await this.run('apply', 'plan')
    if (applied.code !== 0) throw new Error(applied.output)
  }

  /** Writes the kept plan as `terraform show -json` gives it. Returns the file. */
  planFile(): Promise<string> {
    this.shown ??= this.show()
    return this.shown
  }

  private async show(): Promise<string> {
    const file = join(this.folder, 'plan.json')
    writeFileSync(file, (await this.run('show', '-json', 'plan')).output)
    return file
  }

  dispose(): void {
    this.standIn.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
