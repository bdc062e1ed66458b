import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Block, NestedBlock, Type } from './schema.ts'

// The bindings are generated from the provider's schema, and their source says nearly all that the schema said: each
// attribute's type and whether it is required, optional or computed; each block's nesting and whether it is one or many.
// They do not show defaults, exact numbers of blocks, what is sensitive or write-only, what forces a replacement, and
// which values the provider itself refuses. Nothing here invents those, but for the table in replacement.ts.

const provider = createRequire(join(__dirname, '..', '..', 'infra', 'package.json'))

/**
 * The schema of a resource, of a data source, or of the provider itself, as the bindings of `@cdktf/provider-aws` give it.
 * @throws Error for a type that the bindings lack, and for a form of attribute that is not known here.
 */
export function schemaOf(kind: 'resource' | 'data' | 'provider', type = 'aws'): Block {
  const folder = kind === 'resource' ? type.replace(/^aws_/, '') : kind === 'data' ? `data_${type}` : 'provider'
  const source = sourceOf(provider.resolve(`@cdktf/provider-aws/lib/${folder.replaceAll('_', '-')}/index.js`))
  const [, name] = /^export class (\w+) extends cdktf\.Terraform\w+ /m.exec(source) ?? []
  if (!name) throw new Error(`The binding of ${type} has no class of a ${kind}.`)
  return blockOf(source, name, name)
}

/** The TypeScript that a binding was compiled from. Its source map carries it. */
function sourceOf(file: string): string {
  const [, map = ''] = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(read(file)) ?? []
  return JSON.parse(Buffer.from(map, 'base64').toString()).sourcesContent[0]
}

const read = (file: string) => readFileSync(file, 'utf8')

interface Mark {
  name: string
  required: boolean
  optional: boolean
  computed: boolean
  /** The code below the mark: how the attribute is kept and read. */
  code: string
}

/** The schema of a struct, read from the class of its references; `struct` names its interface, `owner` that class. */
function blockOf(source: string, struct: string, owner: string): Block {
  const block: Block = { attributes: [], blocks: [] }
  const body = declaration(source, `export class ${owner} `)
  const marks = body ? marksIn(body) : membersOf(source, struct)
  const written = writtenForm(
    source,
    body || declaration(source, `export function ${lowerFirst(struct)}ToHclTerraform(`),
  )
  for (const mark of marks) {
    const { code, ...attribute } = mark
    const form = written.get(mark.name)
    const nested = structOf(mark, form?.storage)
    if (!nested) block.attributes.push({ ...attribute, type: typeOf(mark, form) })
    else {
      const inner = blockOf(source, nested.struct, `${nested.struct}OutputReference`)
      // A block is what its user writes. What is computed as a whole is an attribute, however much it looks like one.
      if (mark.computed) block.attributes.push({ ...attribute, type: nested.wrap(objectOf(inner)) })
      else block.blocks.push(nestedBlock(mark, form?.nesting, nested.one, inner))
    }
  }
  return block
}

function nestedBlock({ name, required }: Mark, nesting = 'list', one: boolean, block: Block): NestedBlock {
  if (nesting === 'struct') return { name, nesting: 'single', required, one: true, block }
  if (nesting === 'list' || nesting === 'set') return { name, nesting, required, one, block }
  throw new Error(`The block ${name} nests as ${nesting}, which is not known here.`)
}

/** `// name - computed: true, optional: false, required: false`, and the code up to the next such mark. */
function marksIn(body: string): Mark[] {
  const marks = [...body.matchAll(/\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)/g)]
  return marks.map((mark, index) => ({
    name: mark[1] ?? '',
    computed: mark[2] === 'true',
    optional: mark[3] === 'true',
    required: mark[4] === 'true',
    code: body.slice(mark.index, marks[index + 1]?.index),
  }))
}

/** Structs that no expression can refer to, such as those of the provider, have no such class. Their interface has it all. */
function membersOf(source: string, struct: string): Mark[] {
  const body = declaration(source, `export interface ${struct} `)
  const member = / \w+#(\w+)\}(?:(?!\{@link)[\s\S])*?readonly \w+(\??): (.+);/g
  return [...body.matchAll(member)].map(([, name = '', optional, type]) => ({
    name,
    computed: false,
    optional: optional === '?',
    required: optional !== '?',
    code: `: ${type};`,
  }))
}

interface Form {
  nesting: string
  storage: string
}

/** How an attribute is written in Terraform's own language, by name. */
function writtenForm(source: string, body: string): Map<string, Form> {
  if (!body) throw new Error(`Nothing says how ${source.slice(0, 40)}… is written.`)
  const own = body.includes('synthesizeHclAttributes')
    ? body
    : declaration(
        source,
        `export function ${lowerFirst(/class (\w+)OutputReference/.exec(body)?.[1] ?? '')}ToHclTerraform(`,
      )
  const entry = /(\w+): \{\s+value: .+\s+isBlock: \w+,\s+type: "(\w+)",\s+storageClassType: "(\w+)",/g
  const forms = [...(own || body).matchAll(entry)]
  return new Map(forms.map(([, name = '', nesting = '', storage = '']) => [name, { nesting, storage }]))
}

/** The struct that an attribute holds, if it holds one. */
function structOf({ code }: Mark, storage = '') {
  const one = (type: Type) => type
  const list = (type: Type): Type => ['list', type]
  const set = (type: Type): Type => ['set', type]
  const [, name, wrapsSet] = /= new (\w+)\(this, "\w+"(?:, (true|false))?\)/.exec(code) ?? []
  if (name?.endsWith('OutputReference')) {
    // One at most; Terraform still keeps it in a list, or, where the binding does not show it, in what its written form says.
    return { struct: name.replace(/OutputReference$/, ''), one: true, wrap: storage.endsWith('List') ? list : one }
  }
  if (name?.endsWith('List') && !name.startsWith('cdktf')) {
    return { struct: name.replace(/List$/, ''), one: false, wrap: wrapsSet === 'true' ? set : list }
  }
  if (/^[A-Z]\w+List$/.test(storage)) return { struct: storage.replace(/List$/, ''), one: false, wrap: list }
  return undefined
}

const getters: Record<string, Type> = {
  String: 'string',
  Number: 'number',
  Boolean: 'bool',
  List: ['list', 'string'],
  NumberList: ['list', 'number'],
  StringMap: ['map', 'string'],
  NumberMap: ['map', 'number'],
  BooleanMap: ['map', 'bool'],
}

const storages: Record<string, Type> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  stringList: ['list', 'string'],
  numberList: ['list', 'number'],
  stringMap: ['map', 'string'],
  numberMap: ['map', 'number'],
  booleanMap: ['map', 'bool'],
}

/** The type of a plain attribute: as it is written, or as it is read if it cannot be written. */
function typeOf({ name, code }: Mark, form?: Form): Type {
  const [, getter] = /this\.get(\w+)Attribute\(/.exec(code) ?? /= new cdktf\.(\w+)\(this/.exec(code) ?? []
  const type = storages[form?.storage ?? ''] ?? getters[getter ?? '']
  if (!type) throw new Error(`The attribute ${name} has a form that is not known here: ${code.slice(0, 200)}`)
  const isSet = form?.nesting === 'set' || code.includes('Fn.tolist(')
  return isSet && Array.isArray(type) && type[0] === 'list' ? ['set', type[1]] : type
}

function objectOf({ attributes, blocks }: Block): Type {
  const nested = blocks.map(({ name, nesting, block }): [string, Type] => [
    name,
    nesting === 'single' ? objectOf(block) : [nesting, objectOf(block)],
  ])
  return [
    'object',
    Object.fromEntries([...attributes.map(({ name, type }): [string, Type] => [name, type]), ...nested]),
  ]
}

/** The text of a declaration, from its first words to the brace that ends it, or '' where there is none. */
function declaration(source: string, start: string): string {
  const from = source.indexOf(`\n${start}`)
  return from === -1 ? '' : source.slice(from, source.indexOf('\n}\n', from) + 2 || undefined)
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
