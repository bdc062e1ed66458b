import { type Block, blocksIn, isBlock } from './value.ts'

/** The arguments of a resource or of a block inside it, resolved. Readers throw one sentence that names the address. */
export class Arguments {
  constructor(
    /** Their address, as in `aws_sns_topic.notify`. */
    readonly address: string,
    readonly values: Block,
    /** The arguments whose changes Terraform ignores, once the resource exists. */
    private readonly ignored: readonly string[] = [],
  ) {}

  /** Whether Terraform ignores changes of this argument, once the resource exists. */
  ignores(name: string): boolean {
    return this.ignored.includes(name) || this.ignored.includes('all')
  }

  /** A string, as Terraform converts one. */
  text(name: string): string {
    return this.optionalText(name) ?? this.refuse(`lacks the argument ${name}`)
  }

  optionalText(name: string): string | undefined {
    const value = this.values[name] ?? undefined
    if (typeof value === 'object') return this.refuse(`needs text as ${name}`)
    return value === undefined ? undefined : String(value)
  }

  number(name: string, otherwise: number): number {
    const value = this.optionalText(name) ?? String(otherwise)
    return value.trim() && Number.isFinite(Number(value)) ? Number(value) : this.refuse(`needs a number as ${name}`)
  }

  flag(name: string): boolean {
    const value = this.optionalText(name) ?? 'false'
    return value === 'true' || (value === 'false' ? false : this.refuse(`needs true or false as ${name}`))
  }

  texts(name: string): string[] {
    const value = this.values[name] ?? []
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      return this.refuse(`needs a list of texts as ${name}`)
    }
    return value as string[]
  }

  textMap(name: string): Record<string, string> {
    const value = this.values[name] ?? {}
    if (!isBlock(value)) return this.refuse(`needs a map as ${name}`)
    const inner = new Arguments(`${this.address}.${name}`, value)
    return Object.fromEntries(Object.keys(value).map((key) => [key, inner.text(key)]))
  }

  /** The nested block of this name, if there is one. */
  block(name: string): Arguments | undefined {
    return this.blocks(name)[0]
  }

  blocks(name: string): Arguments[] {
    return blocksIn(this.values[name]).map((block) => new Arguments(`${this.address}.${name}`, block))
  }

  /** Whether the argument is given with an effect: neither absent nor null, false or an empty list. */
  gives(name: string): boolean {
    const value = this.values[name] ?? false
    return value !== false && !(Array.isArray(value) && value.length === 0)
  }

  /** The path of an argument that is given with an effect and is not one of these, if there is one. */
  beyond(known: readonly string[]): string | undefined {
    if (known.includes('*')) return undefined
    for (const name of Object.keys(this.values)) {
      if (known.includes(name) || !this.gives(name)) continue
      const inside = known.filter((one) => one.startsWith(`${name}.`)).map((one) => one.slice(name.length + 1))
      if (inside.length === 0) return name
      const inner = this.blocks(name).map((block) => block.beyond(inside))
      const found = inner.find((one) => one !== undefined)
      if (found !== undefined) return `${name}.${found}`
    }
    return undefined
  }

  /** Refuses an argument that names none of these resources: AWS would, and here it would change nothing. */
  mustName(argument: string, resources: readonly Arguments[], by: readonly string[]): void {
    const named = this.text(argument)
    if (resources.some((one) => by.some((name) => one.optionalText(name) === named))) return
    this.refuse(`has ${named} as ${argument}, which the stack does not have`)
  }

  /** @throws Error always: the address and what is wrong with it. */
  refuse(fault: string): never {
    throw new Error(`${this.address} ${fault}.`)
  }
}
