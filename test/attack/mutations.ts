import type { Random } from '../kill-test/random.ts'

/** Values that programs stumble over, as JSON writes them. */
const nasty = [
  ...['null', 'true', 'false', '0', '-1', '1.5', '1e308', '-1e400', '1e400', '9007199254740993', '-0', '1e-400'],
  ...[
    '""',
    '" "',
    '"\\u0000"',
    '"\\ud800"',
    '"a\\udc00b"',
    '"\\r\\nX: y"',
    '"__proto__"',
    '"constructor"',
    '"%"',
    '"\u202e"',
  ],
  ...[
    '"arn:"',
    '"arn:aws:states:eu-central-1:000000000000:execution:a:b"',
    '"../../etc/passwd"',
    '"$.a[?(@.b)]"',
    '"${a}"',
  ],
  ...[
    '"9999-99-99T99:99:99Z"',
    '"1e999"',
    '"NaN"',
    '"Infinity"',
    '"(((((((((("',
    '"#a = :b AND "',
    '"a.member.1"',
    '"=?utf-8?q?=00?="',
  ],
  ...['[]', '{}', '[[]]', '[null]', '{"":null}', '{"S":1}', '{"N":"x"}', '{"M":{"__proto__":{"S":"a"}}}', '{"L":[{}]}'],
  ...[
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{"a":1}}}',
    '{"toString":1,"valueOf":null}',
    '{"length":-1}',
  ],
  ...['{"a":1,"a":2}', '{"NULL":false}', '{"B":"*"}', '{"NS":[]}', '{"SS":["a","a"]}'],
]
const long = [
  `"${'x'.repeat(70_000)}"`,
  `"${'a '.repeat(140_000)}"`,
  `"${'('.repeat(5_000)}"`,
  `[${'1,'.repeat(20_000)}1]`,
  `${'['.repeat(900)}${']'.repeat(900)}`,
  `${'{"M":'.repeat(400)}{"S":"a"}${'}'.repeat(400)}`,
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  '9'.repeat(5_000),
]

/** Names that every object inherits, and such as no request has. */
const names = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '\u0000',
  'a.b',
  'member',
  '0',
  'length',
]

export const pick = <T>(list: readonly T[], random: Random): T => list[random.whole(0, list.length - 1)] as T

/** A value that is not what was asked for, as JSON. Seldom a long one: those cost the most. */
const nastyValue = (random: Random) => pick(random.next() < 0.03 ? long : nasty, random)

const mostlyOne = (random: Random) => (random.next() < 0.7 ? 1 : random.whole(2, 3))

/** The JSON of a value, with one to three of its members, at any depth, changed, renamed, doubled or left out. */
export function malformedJson(value: unknown, random: Random): string {
  const places = count(value)
  const chosen = new Set(Array.from({ length: mostlyOne(random) }, () => random.whole(0, places - 1)))
  let at = 0
  const write = (part: unknown): string => {
    if (chosen.has(at++)) {
      // The members inside are not written.
      at += count(part) - 1
      return nastyValue(random)
    }
    if (Array.isArray(part)) return `[${part.map(write).join()}]`
    if (typeof part !== 'object' || part === null) return JSON.stringify(part)
    const members = Object.entries(part).flatMap(([name, inner]) => {
      const luck = random.next()
      const member = `${JSON.stringify(luck < 0.01 ? pick(names, random) : name)}:${write(inner)}`
      if (luck > 0.99) return []
      return luck > 0.98 ? [member, `${JSON.stringify(name)}:${nastyValue(random)}`] : [member]
    })
    if (random.next() < 0.05) members.push(`${JSON.stringify(pick(names, random))}:${nastyValue(random)}`)
    return `{${members.join()}}`
  }
  return write(value)
}

function count(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, inner) => sum + count(inner), 1)
}

/** The bytes, in one of ten cases damaged: cut, one flipped, doubled, or not UTF-8. */
export function damagedBytes(bytes: Buffer, random: Random): Buffer {
  const at = random.whole(0, Math.max(0, bytes.length - 1))
  const luck = random.next()
  if (luck > 0.1 || bytes.length === 0) return bytes
  if (luck < 0.03) return bytes.subarray(0, at)
  if (luck < 0.06) {
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.whole(0, 7)), at)
    return bytes
  }
  if (luck < 0.08) return Buffer.concat([bytes, bytes])
  return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xc0, 0x00]), bytes.subarray(at)])
}

/** Form fields, with one to three of them changed, renamed, doubled or left out. */
export function malformedForm(fields: Record<string, string>, random: Random): string {
  const pairs = Object.entries(fields)
  for (let times = mostlyOne(random); times > 0; times -= 1) {
    const at = random.whole(0, pairs.length - 1)
    const [name = '', value = ''] = pairs[at] ?? []
    const luck = random.next()
    if (luck < 0.5) pairs[at] = [name, String(unquoted(nastyValue(random)))]
    else if (luck < 0.65) pairs[at] = [renamed(name, random), value]
    else if (luck < 0.75) pairs.push([name, String(unquoted(nastyValue(random)))])
    else if (luck < 0.85 && pairs.length > 1) pairs.splice(at, 1)
    else pairs.push([`${renamed(name, random)}.member.${pick(['0', '1', '999999999999', '-1', 'x'], random)}`, value])
  }
  return pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
}

/** What a JSON text says, if that is text; otherwise the JSON. */
function unquoted(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json
}

function renamed(name: string, random: Random): string {
  const steps = name.split('.')
  steps[random.whole(0, steps.length - 1)] = pick([...names, 'member', 'entry', 'key', 'value', '1'], random)
  return steps.join('.')
}

/** Half a pair of surrogates has no encoding: it is sent as three bytes that are not UTF-8. */
export function encoded(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}
