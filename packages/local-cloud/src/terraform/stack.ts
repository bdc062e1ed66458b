import { memberOf } from '../core/json.ts'
import { Arguments } from './arguments.ts'
import type { Checks, Place, Resources } from './resource-type.ts'
import { resourceTypes } from './resource-types.ts'
import { parseTemplate, type Reference, type Step } from './template.ts'
import { type Block, blocksIn, isBlock, type Value } from './value.ts'

/** Arguments of Terraform itself, which say how to deploy rather than what. */
const metaArguments = ['//', 'depends_on', 'lifecycle', 'provider']
/** Arguments of any resource that change nothing here. Regions and tags are read. */
const withoutEffect = ['description', 'region', 'skip_destroy', 'tags', 'tags_all', 'timeouts']
const refusedMetaArguments = ['count', 'for_each', 'provisioner', 'connection']

/** The text of a `cdk.tf.json`, with the references in it resolved on demand and each resource once. */
export class Stack implements Resources {
  private readonly resolved = new Map<string, Arguments>()
  /** The addresses that are being resolved, outermost first: a reference to one of them closes a cycle. */
  private readonly resolving: string[] = []
  private readonly declared: Map<string, Block>

  readonly place: Place
  private readonly defaultTags: Record<string, string>

  constructor(
    private readonly json: Block,
    home: Omit<Place, 'region'>,
    private readonly variables: Readonly<Record<string, string>>,
    readonly checks: Checks,
  ) {
    this.declared = new Map([...declarations(json.resource, ''), ...declarations(json.data, 'data.')])
    // Those with an alias are for the resources that name them.
    const provider = blocksIn(isBlock(json.provider) ? json.provider.aws : undefined).find(({ alias }) => !alias)
    const region = this.resolve(provider?.region ?? null, 'provider.aws')
    if (typeof region !== 'string') throw new Error('provider.aws lacks the argument region: set it in infra.')
    this.place = { ...home, region }
    const [defaults] = blocksIn(this.resolve(provider?.default_tags ?? null, 'provider.aws'))
    this.defaultTags = new Arguments('provider.aws.default_tags', defaults ?? {}).textMap('tags')
  }

  /** Every resource and data source, in the order of the file. */
  all(): Arguments[] {
    return [...this.declared.keys()].map((address) => this.resource(address))
  }

  ofType(type: string): Arguments[] {
    return this.all().filter(({ address }) => typeOf(address) === type)
  }

  tagsOf(given: Arguments): Record<string, string> {
    return { ...this.defaultTags, ...given.textMap('tags') }
  }

  /** Follows every reference in a value at `address`. */
  resolve(value: Value, address: string): Value {
    if (typeof value === 'string') return this.fill(value, address)
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, address))
    if (!isBlock(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.resolve(item, address)]))
  }

  private resource(address: string): Arguments {
    const known = this.resolved.get(address)
    if (known) return known
    const type = typeOf(address)
    const kind = resourceTypes.get(type)
    if (!kind) {
      throw new Error(
        `${address} is of the type ${type}, which the local cloud does not support: add it in packages/local-cloud/src/terraform.`,
      )
    }
    this.resolving.push(address)
    const block = this.declared.get(address) ?? {}
    const values: Block = {}
    for (const [name, value] of Object.entries(block)) {
      if (refusedMetaArguments.includes(name)) {
        throw new Error(`${address} uses ${name}, which the local cloud does not support.`)
      }
      // A provider with an alias may be of another Region or account.
      if (name === 'provider' && value !== 'aws') {
        throw new Error(`${address} uses the provider ${value}; the local cloud has the default one, aws.`)
      }
      if (!metaArguments.includes(name)) values[name] = this.resolve(value, address)
    }
    for (const on of new Arguments(address, block).texts('depends_on')) this.follow(parseAddress(on), address)
    const given = new Arguments(address, values)
    const refused = given.beyond([...kind.takes, ...(kind.withoutEffect ?? []), ...withoutEffect])
    if (refused) given.refuse(`uses ${refused}, which the local cloud does not support`)
    // A resource may be in another Region than the provider.
    const region = given.optionalText('region') ?? this.place.region
    const computed = kind.computed?.(given, { ...this.place, region })
    const ignored = blocksIn(block.lifecycle).flatMap(({ ignore_changes: names }) => [names ?? []].flat().map(String))
    const whole = new Arguments(address, { ...values, ...computed }, ignored)
    this.resolving.pop()
    this.resolved.set(address, whole)
    return whole
  }

  private fill(template: string, address: string): Value {
    let parts: ReturnType<typeof parseTemplate>
    try {
      parts = parseTemplate(template)
    } catch (error) {
      throw new Error(`${address}: ${(error as Error).message}.`)
    }
    const values = parts.map((part) => (typeof part === 'string' ? part : this.follow(part, address)))
    // A template of one reference alone keeps the value's type, as in Terraform.
    if (values.length === 1 && values[0] !== undefined) return values[0]
    return values
      .map((value) => {
        if (typeof value !== 'object') return String(value)
        throw new Error(`${address} puts a list or a map into the text "${template}".`)
      })
      .join('')
  }

  private follow(reference: Reference, from: string): Value {
    const { path } = reference
    const missing = (what: string) => new Error(`${from} refers to ${reference.text}, but ${what}.`)
    if (path[0] === 'path') return '.'
    if (path[0] === 'var') return this.inside(this.variable(String(path[1]), missing), path.slice(2), missing)
    const length = path[0] === 'data' ? 3 : 2
    const address = path.slice(0, length).join('.')
    if (!this.declared.has(address)) throw missing(`the stack has no ${address}`)
    const cycle = this.resolving.slice(this.resolving.indexOf(address))
    if (cycle[0] === address) throw new Error(`The references run in a cycle: ${[...cycle, address].join(' → ')}.`)
    return this.inside(this.resource(address).values, path.slice(length), missing)
  }

  private variable(name: string, missing: (what: string) => Error): Value {
    const [declared] = blocksIn(isBlock(this.json.variable) ? this.json.variable[name] : undefined)
    if (!declared) throw missing(`the stack declares no variable ${name}`)
    const given = this.variables[name]
    if (given !== undefined) return typed(given, name, declared.type)
    if (declared.default === undefined) throw missing(`the variable has no value: set it with --var ${name}=…`)
    return declared.default
  }

  private inside(value: Value, path: Step[], missing: (what: string) => Error): Value {
    const splat = path.indexOf(null)
    if (splat >= 0) {
      const rest = path.slice(splat + 1)
      const names = rest.slice(
        0,
        [...rest, 0].findIndex((step) => typeof step !== 'string'),
      )
      const each = [this.inside(value, path.slice(0, splat), missing)].flat()
      return this.inside(
        each.map((element) => this.inside(element, names, missing)),
        rest.slice(names.length),
        missing,
      )
    }
    return path.reduce<Value>((within, step) => {
      // JSON may write a list of one block as the block itself.
      if (step === 0 && isBlock(within)) return within
      const found = Array.isArray(within) ? within[Number(step)] : (memberOf(within, String(step)) as Value | undefined)
      if (found === undefined) throw missing(`the local cloud knows no ${step} there`)
      return found
    }, value)
  }
}

/** The text of a command line as a value of the type that the variable declares. */
function typed(text: string, name: string, type: Value = 'string'): Value {
  if (type === 'string' || type === 'any') return text
  if (type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
  if (type === 'bool' && ['true', 'false'].includes(text)) return text === 'true'
  throw new Error(`The variable ${name} has the type ${type}, which "${text}" does not have.`)
}

function* declarations(byType: Value | undefined, prefix: string): Generator<[string, Block]> {
  for (const types of blocksIn(byType)) {
    for (const [type, byName] of Object.entries(types)) {
      for (const names of blocksIn(byName)) {
        for (const [name, block] of Object.entries(names)) yield [`${prefix}${type}.${name}`, blocksIn(block)[0] ?? {}]
      }
    }
  }
}

/** The type in an address, as the table of types writes it: `data.aws_region` for a data source. */
export const typeOf = (address: string) => address.slice(0, address.lastIndexOf('.'))
const parseAddress = (text: string): Reference => ({ text, path: text.split('.') })
