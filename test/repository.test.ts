import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// The files that describe the repository to GitHub and to contributors.

const root = join(__dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

test('every function has an owner, and so do the workflows', () => {
  const owned = [...read('.github/CODEOWNERS').matchAll(/^(\/\S+\/) +@\S+$/gm)].map(([, path]) => path)
  const functions = readdirSync(join(root, 'functions')).map((name) => `/functions/${name}/`)
  expect(owned).toEqual(expect.arrayContaining([...functions, '/.github/']))
  expect(owned.filter((path) => !existsSync(join(root, path ?? '')))).toEqual([])
})

test('what judges pull requests or may change an account belongs to the platform team, also if later lines name other owners', () => {
  const lines = [...read('.github/CODEOWNERS').matchAll(/^([/*]\S*) +(@\S+)$/gm)].map(([, path = '', owner]) => ({
    path,
    owner,
  }))
  const covers = (path: string, file: string) =>
    path === '*' || new RegExp(`^${path.replaceAll('*', '[^/]+')}${path.endsWith('/') ? '' : '$'}`).test(file)
  const ownerOf = (file: string) => lines.findLast(({ path }) => covers(path, file))?.owner
  const [platform] = lines.map(({ owner }) => owner)
  const judges = [
    '/.github/CODEOWNERS',
    '/.github/workflows/plan.yml',
    '/.github/workflows/new.yml',
    '/.github/scripts/accepted.sh',
    '/.github/actions/terraform/action.yml',
    '/packages/plan-report/src/stack/stack-rules.ts',
    '/packages/plan-report/src/acceptance/acceptance.ts',
    '/packages/plan-report/package.json',
    '/packages/contracts/src/stages.ts',
    '/packages/options/src/values.ts',
    '/packages/iam/src/compare.ts',
    '/packages/cli/src/setup.mjs',
    '/infra/src/deploy-roles.ts',
    '/infra/src/stack.ts',
    ...readdirSync(join(root, 'functions')).map((name) => `/functions/${name}/package.json`),
    '/package.json',
    '/pnpm-lock.yaml',
    '/pnpm-workspace.yaml',
    '/.terraform-version',
  ]
  expect(judges.filter((file) => ownerOf(file) !== platform)).toEqual([])
  // A line below them that matches all files would be the one that counts.
  expect(lines.findLastIndex(({ path }) => path === '*')).toBe(0)
})

test('Dependabot updates npm packages and actions weekly, in groups', () => {
  const updates = read('.github/dependabot.yml').split('- package-ecosystem: ').slice(1)
  expect(updates.map((update) => update.split('\n')[0])).toEqual(['npm', 'github-actions'])
  for (const update of updates)
    expect(update).toMatch(/interval: weekly\n[\s\S]*groups:\n {6}\w+:\n {8}patterns: \["\*"\]\n/)
})

const decisions = readdirSync(join(root, 'docs/decisions')).sort()

describe.each(decisions)('%s', (file) => {
  const text = read(join('docs/decisions', file))

  test('has a number, a date, a status, and the four parts in their order', () => {
    const number = Number(file.slice(0, 4))
    expect(text).toMatch(
      new RegExp(
        `^# ${number}\\. .+\\n\\n\\*\\*Date\\*\\*: 20\\d\\d-\\d\\d-\\d\\d\\b[^*]*\\. \\*\\*Status\\*\\*: [^*]+\\.\\n\\n## Context\\n`,
      ),
    )
    expect(text.match(/^## .*/gm)).toEqual(['## Context', '## Options', '## Decision', '## Consequences'])
  })

  test('has at most 40 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  })
})

test('decisions are numbered from 1 without a gap', () => {
  expect(decisions.map((file) => Number(file.slice(0, 4)))).toEqual(decisions.map((_, index) => index + 1))
})

describe.each([
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...decisions.map((file) => `docs/decisions/${file}`),
])('%s', (file) => {
  test('links only to files that exist', () => {
    const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? '')
    expect(links.filter((link) => !existsSync(join(root, file, '..', link)))).toEqual([])
  })

  test('links only to headings that exist', () => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)]
    const broken = links.filter(([, to, anchor = '']) => !anchorsOf(to ? join(file, '..', to) : file).includes(anchor))
    expect(broken.map(([link]) => link)).toEqual([])
  })

  // zsh is the shell of macOS. At its prompt a comment is an error, and `$NAME:r` is a modifier of the value.
  test('has commands for bash and for zsh', () => {
    const blocks = [...read(file).matchAll(/^ *```(?:sh|console)\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block)
    const lines = blocks.flatMap((block) => block.replace(/^ *# On AWS only\n/, '').split('\n'))
    // In zsh, `status` cannot be set.
    const fails = /(^|\s)#|\$\w+:[a-z]|\bfor status\b/i
    expect(lines.filter((line) => fails.test(line))).toEqual([])
  })
})

/** The anchors that GitHub makes of the headings of a file. */
function anchorsOf(file: string): string[] {
  const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('the documentation has owners of code replaced, and checked, before the ruleset requires their reviews', () => {
  const text = read('docs/deploy.md')
  const steps = ['`@example/…`', "gh api 'repos/{owner}/{repo}/codeowners/errors'", '--input .github/ruleset.json']
  const places = steps.map((step) => text.indexOf(step))
  expect(places.every((place) => place > 0)).toBe(true)
  expect(places).toEqual([...places].sort((a, b) => a - b))
})
