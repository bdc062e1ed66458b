import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = join(__dirname, '..')

const sources = ['functions', 'packages', 'infra/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(root, folder, path))
    .filter((path) => /\.tsx?$/.test(path) && !/node_modules|cdktf\.out|\.test\.tsx?$|\/test\//.test(path)),
)

/** Tables whose keys may be any string, and which are asked for one: an object answers to `constructor`, too. */
function lookupsIn(source: string): string[] {
  const tables = [...source.matchAll(/const (\w+): (?:\w+<)*Record<string,.*?> = \{/g)].map(([, name]) => name ?? '')
  const asked = tables.filter((name) => new RegExp(`\\b${name}\\??\\.?\\[(?!')`).test(source))
  const cast = [...source.matchAll(/as (?:\w+<)*Record<string,[^)]*\)\??\.?\[/g)].map(([text]) => text)
  return [...asked, ...cast]
}

test('a table that any string may be looked up in is a Map, which has no inherited members', () => {
  const found = sources.flatMap((path) => {
    const code = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'/g, "''")
    return lookupsIn(code).map((name) => `${relative(root, path)}: ${name}`)
  })
  expect(sources.length).toBeGreaterThan(100)
  expect(found).toEqual([])
})

test('the rule above finds what it is about', () => {
  const table = 'const kinds: Record<string, string> = { a: 1 }'
  expect(lookupsIn(`${table}\nkinds[kind]`)).toEqual(['kinds'])
  expect(lookupsIn(`${table}\nObject.keys(kinds)`)).toEqual([])
  expect(lookupsIn('const kinds: Readonly<Record<string, string[]>> = {\n}\nkinds?.[kind]')).toEqual(['kinds'])
  expect(lookupsIn('(kinds as Record<string, string[]>)[type]')).toHaveLength(1)
})
