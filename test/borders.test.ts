import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, relative } from 'node:path'

const root = join(__dirname, '..')

/** Who may import whom. A folder that is not named here must not exist. */
const mayImport: Record<string, { ours: string[]; theirs: string[] }> = {
  'packages/contracts': { ours: [], theirs: ['valibot'] },
  'packages/texts': { ours: ['contracts'], theirs: [] },
  'packages/handler': { ours: ['contracts'], theirs: ['valibot'] },
  'packages/pages': { ours: ['contracts', 'handler', 'texts'], theirs: [] },
  'packages/customers': { ours: ['contracts'], theirs: ['@aws-sdk/client-dynamodb', 'uuid'] },
  'packages/mail': { ours: ['contracts', 'handler', 'texts'], theirs: ['@aws-sdk/client-ses'] },
  'packages/gallery': { ours: ['contracts', 'handler', 'mail', 'pages', 'texts'], theirs: [] },
  'packages/options': { ours: [], theirs: [] },
  'packages/programs': { ours: [], theirs: ['esbuild'] },
  'packages/iam': { ours: ['contracts'], theirs: [] },
  'packages/plan-report': { ours: ['contracts', 'iam', 'options'], theirs: ['valibot'] },
  'packages/simulate': { ours: ['cli', 'contracts', 'options', 'plan-report'], theirs: [] },
  'packages/console': { ours: [], theirs: ['@dagrejs/dagre', 'esbuild', 'marked', 'preact'] },
  'packages/local-cloud': {
    ours: ['console', 'contracts', 'gallery', 'iam', 'options', 'programs'],
    theirs: ['anything but cdktf'],
  },
  'functions/announce': {
    ours: ['contracts', 'customers', 'handler'],
    theirs: ['@aws-sdk/client-eventbridge', 'uuid', 'valibot'],
  },
  'functions/failures': {
    ours: ['contracts', 'handler'],
    theirs: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sfn', '@aws-sdk/client-sns', 'valibot'],
  },
  'packages/cli': {
    ours: ['contracts', 'customers', 'options', 'programs'],
    theirs: [
      '@aws-sdk/client-cloudwatch',
      '@aws-sdk/client-cloudwatch-logs',
      '@aws-sdk/client-dynamodb',
      '@aws-sdk/client-eventbridge',
      '@aws-sdk/client-lambda',
      '@aws-sdk/client-sfn',
      '@aws-sdk/client-sqs',
      'esbuild',
      'fflate',
      'valibot',
    ],
  },
  'functions/register': {
    ours: ['contracts', 'customers', 'handler', 'mail', 'pages', 'texts'],
    theirs: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sfn', 'altcha-lib', 'uuid', 'valibot'],
  },
  'functions/reminder': {
    ours: ['contracts', 'customers', 'handler', 'mail'],
    theirs: ['@aws-sdk/client-sqs', 'valibot'],
  },
  'functions/*': {
    ours: ['contracts', 'customers', 'handler', 'pages', 'texts'],
    theirs: ['valibot'],
  },
  infra: {
    ours: ['contracts', 'cli', 'options', 'programs'],
    theirs: ['@babel/parser', 'cdktf', '@cdktf/provider-aws', 'constructs'],
  },
  test: { ours: ['cli', 'contracts', 'iam', 'options', 'programs', 'simulate'], theirs: ['anything but cdktf'] },
}

interface Import {
  file: string
  folder: string
  specifier: string
}

const folders = [
  'infra',
  'test',
  ...['functions', 'packages'].flatMap((floor) => readdirSync(join(root, floor)).map((name) => `${floor}/${name}`)),
]

const sourcesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    // Peers are what benchmarks compare with, and have packages of their own.
    if (['node_modules', 'cdktf.out', '.local', 'peers'].includes(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? sourcesBelow(path) : /\.(tsx?|[mc]js)$/.test(path) ? [path] : []
  })

const statement =
  /^(?:import|export)\s(?:[\w*{}\s,$]+\sfrom\s)?['"]([^'"]+)['"]|\b(?:import|require(?:\.resolve)?)\(['"]([^'"]+)['"]\)/gm

/** Lines of JSDoc, in which JavaScript names types. */
const comment = /^ *(?:\/\*)?\*.*$/gm

const importsOf = (folder: string): Import[] =>
  sourcesBelow(join(root, folder)).flatMap((path) =>
    [...readFileSync(path, 'utf8').replaceAll(comment, '').matchAll(statement)].map(([, named, dynamic]) => ({
      file: relative(root, path),
      folder,
      specifier: named ?? dynamic ?? '',
    })),
  )

const imports = folders.flatMap(importsOf)
const isTest = ({ file }: Import) => /\.test\.ts$|(^|\/)test\//.test(file) || file.startsWith('test/')
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
const isOurs = (specifier: string) => specifier.startsWith('@confirmation-reminder/')
const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier)
const ruleOf = (folder: string) => mayImport[folder] ?? mayImport[`${folder.split('/')[0]}/*`]
const show = ({ file, specifier }: Import) => `${file} imports ${specifier}`

test('every folder has its line in the table', () => {
  expect(folders.filter((folder) => !ruleOf(folder))).toEqual([])
  expect(imports.length).toBeGreaterThan(100)
})

test('folders import only the folders below them', () => {
  const trespasses = imports.filter(
    ({ folder, specifier }) => isOurs(specifier) && !ruleOf(folder)?.ours.includes(specifier.split('/')[1] ?? ''),
  )
  expect(trespasses.map(show)).toEqual([])
})

test('no folder reaches into another by a path', () => {
  const trespasses = imports.filter(({ file, folder, specifier }) => {
    if (!specifier.startsWith('.')) return false
    return relative(join(root, folder), join(root, file, '..', specifier)).startsWith('..')
  })
  expect(trespasses.map(show)).toEqual([])
})

test('a library is imported only by the folders that own its use', () => {
  const trespasses = imports.filter((found) => {
    const { folder, specifier } = found
    if (isTest(found) || specifier.startsWith('.') || isOurs(specifier) || isBuiltin(specifier)) return false
    const allowed = ruleOf(folder)?.theirs ?? []
    if (allowed[0] === 'anything but cdktf') return /^(cdktf|@cdktf|constructs)/.test(specifier)
    // Types cost nothing at run time.
    return !allowed.includes(packageOf(specifier)) && specifier !== 'aws-lambda'
  })
  expect(trespasses.map(show)).toEqual([])
})

test('the provider is imported by deep paths, because its index costs seconds', () => {
  const shallow = imports.filter(({ specifier }) => /^@cdktf\/provider-aws(\/index)?(\.js)?$/.test(specifier))
  expect(shallow.map(show)).toEqual([])
})

test('every package declares what it imports, and imports what it declares', () => {
  const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const shared = new Set(Object.keys(rootManifest.devDependencies))
  const faults = folders.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }))
    const typesOnly = (name: string) => name.startsWith('@types/')
    const used = new Set(
      imports
        .filter((found) => found.folder === folder && !found.specifier.startsWith('.') && !isBuiltin(found.specifier))
        .map(({ specifier }) => packageOf(specifier)),
    )
    const missing = [...used].filter(
      (name) => !declared.has(name) && !declared.has(`@types/${name}`) && !shared.has(name),
    )
    // tsx runs the infra app by name, from cdktf.json.
    const idle = [...declared].filter(
      (name) => !used.has(name) && !typesOnly(name) && !(folder === 'infra' && name === 'tsx'),
    )
    return [
      ...missing.map((name) => `${folder} does not declare ${name}`),
      ...idle.map((name) => `${folder} never imports ${name}`),
    ]
  })
  expect(faults).toEqual([])
})

test('every package has a version of its own', () => {
  const versions = folders.map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version)
  expect(versions.every((version) => /^\d+\.\d+\.\d+$/.test(version))).toBe(true)
})

/**
 * What a folder of the local cloud may import, types included: other folders of it, and packages beside contracts.
 * `services/*` is one line for all AWS services, so no service imports another: `wiring` connects them.
 */
const insideLocalCloud: Record<string, string[]> = {
  core: ['packages/iam'],
  faults: ['core'],
  gateway: ['core', 'faults'],
  'services/*': ['core', 'gateway', 'faults', 'packages/iam', 'packages/options'],
  terraform: ['core', 'packages/iam'],
  permissions: ['core', 'packages/iam'],
  console: ['core', 'gateway', 'packages/console', 'packages/gallery', 'packages/iam'],
  control: ['core', 'gateway', 'faults', 'console'],
}

/** The only parts of the local cloud that may know several others. */
const knowsSeveral = [
  'wiring',
  'cloud.ts',
  'main.ts',
  'node-of-functions.ts',
  'options.ts',
  'synthesise.ts',
  'welcome.ts',
]

const localCloud = 'packages/local-cloud/src'

/** The part of the local cloud that a file below its `src` belongs to, as in `core` or `services/sns`. */
const partOf = (path: string) => {
  const [top = '', second = ''] = path.split('/')
  return top === 'services' ? `${top}/${second}` : top
}

const crossings = imports
  .filter((found) => found.file.startsWith(localCloud) && !isTest(found))
  .filter(({ specifier }) => specifier.startsWith('.') || isOurs(specifier))
  .map(({ file, specifier }) => {
    const from = relative(localCloud, file)
    if (isOurs(specifier)) return { from, part: `packages/${specifier.split('/')[1]}`, to: specifier }
    const to = join(from, '..', specifier)
    return { from, part: partOf(to), to }
  })
  .filter(({ from, part }) => partOf(from) !== part && part !== 'packages/contracts')

test('every folder of the local cloud has its line in the inner table', () => {
  const parts = readdirSync(join(root, localCloud)).filter((name) => !name.endsWith('.test.ts'))
  const listed = new Set([...Object.keys(insideLocalCloud), ...knowsSeveral, 'services'])
  expect(parts.filter((part) => !listed.has(part))).toEqual([])
  expect(crossings.length).toBeGreaterThan(100)
})

test('folders of the local cloud import only the folders below them', () => {
  const trespasses = crossings.filter(({ from, part }) => {
    const own = partOf(from)
    if (knowsSeveral.includes(own)) return false
    return !insideLocalCloud[own.startsWith('services/') ? 'services/*' : own]?.includes(part)
  })
  expect(trespasses.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

/** What a folder of the commands may import of the others. */
const insideCli: Record<string, string[]> = {
  terminal: [],
  stage: ['terminal'],
  announce: ['stage', 'terminal'],
  bundle: [],
  compatibility: [],
  customer: ['stage'],
  redrive: ['stage', 'terminal'],
  restore: ['stage', 'terminal'],
  ship: ['bundle', 'compatibility', 'stage', 'terminal'],
  webhook: ['stage', 'terminal'],
}

test('folders of the commands import only the folders below them', () => {
  const cli = 'packages/cli/src'
  const inside = imports.filter((found) => found.file.startsWith(`${cli}/`) && !isTest(found))
  const trespasses = inside.filter(({ file, specifier }) => {
    if (!specifier.startsWith('.')) return false
    const [from = '', to = ''] = [file, join(file, '..', specifier)].map((path) => relative(cli, path).split('/')[0])
    return from !== to && !insideCli[from]?.includes(to)
  })
  expect(trespasses.map(show)).toEqual([])
  const folders = readdirSync(join(root, cli), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(folders.map(({ name }) => name).filter((name) => name !== 'test')).toEqual(Object.keys(insideCli).sort())
})

test('no files import each other in a cycle, types included', () => {
  const importedBy = new Map<string, string[]>()
  for (const { file, specifier } of imports) {
    const [, name, ...path] = specifier.split('/')
    const target = specifier.startsWith('.')
      ? join(file, '..', specifier)
      : isOurs(specifier) && `packages/${name}/src/${path.join('/')}.ts`
    if (target) importedBy.set(file, [...(importedBy.get(file) ?? []), target])
  }
  const finished = new Set<string>()
  const cycles: string[] = []
  const visit = (file: string, way: string[]): void => {
    if (way.includes(file)) cycles.push([...way.slice(way.indexOf(file)), file].join(' imports '))
    if (finished.has(file) || way.includes(file)) return
    for (const target of importedBy.get(file) ?? []) visit(target, [...way, file])
    finished.add(file)
  }
  for (const file of importedBy.keys()) visit(file, [])
  expect(cycles).toEqual([])
  expect(finished.size).toBeGreaterThan(300)
})
