import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { scratchFolder } from './test/scratch-folder.ts'

// Runs the setup in a small workspace of its own, mostly with a fake `npx` that counts how often pnpm would have run.

const root = join(__dirname, '..', '..', '..')

const folder = scratchFolder()

const manifest = (rest: object = {}) =>
  JSON.stringify({
    packageManager: 'pnpm@10.34.9',
    engines: { node: '>=20.20' },
    devDependencies: { one: '1' },
    ...rest,
  })

function workspace(): void {
  cpSync(join(root, 'packages/cli/src/setup.mjs'), join(folder.path, 'packages/cli/src/setup.mjs'))
  folder.write('package.json', manifest())
  folder.write('pnpm-workspace.yaml', 'packages:\n  - infra\n  - packages/*\n\ncatalog:\n  one: "1"\n')
  folder.write('pnpm-lock.yaml', 'lockfile\n')
  folder.write('packages/cli/package.json', '{"dependencies":{"two":"1"}}')
}

/** What a complete install leaves, as far as the setup looks at it. */
const complete = `
put() { mkdir -p "$(dirname "$1")"; echo {} > "$1"; }
put node_modules/one/package.json
put packages/cli/node_modules/two/package.json
put node_modules/.pnpm/one@1/node_modules/one/package.json
put node_modules/.bin/one
cp pnpm-lock.yaml node_modules/.pnpm/lock.yaml
put node_modules/.modules.yaml`

/** Runs the setup. `npx` is the body of the fake; without one, the real npx runs. */
function setup(npx?: string, environment: Record<string, string> = {}, ...options: string[]) {
  const bin = join(folder.path, 'bin')
  rmSync(bin, { recursive: true, force: true })
  if (npx !== undefined) folder.fake('npx', npx)
  const { status, stdout, stderr } = spawnSync(process.execPath, ['packages/cli/src/setup.mjs', ...options], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, ...environment },
  })
  const calls = folder.read('calls').split('\n').slice(0, -1)
  rmSync(join(folder.path, 'calls'), { force: true })
  return { status, stdout, stderr, calls, last: stderr.trim().split('\n').at(-1) }
}

describe('a workspace', () => {
  beforeEach(workspace)

  test('is installed once, with progress on stderr only', () => {
    const first = setup(`echo Progress${complete}`)
    expect(first).toMatchObject({ status: 0, stdout: '' })
    expect(first.calls).toEqual([expect.stringMatching(/pnpm@10\.34\.9 install --frozen-lockfile /)])
    expect(first.stderr).toMatch(/^Installing dependencies\..*\nProgress\n$/)
    expect(setup('exit 1')).toMatchObject({ status: 0, stdout: '', stderr: '', calls: [] })
  })

  test('is installed again after every change that matters, and only then', () => {
    setup(complete)
    const remove = (path: string) => rmSync(join(folder.path, path), { recursive: true })
    const changes: [what: string, change: () => void][] = [
      ['the lockfile changed', () => folder.write('pnpm-lock.yaml', 'another\n')],
      ['the catalog changed', () => folder.write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n')],
      ['a package.json changed', () => folder.write('packages/cli/package.json', '{"dependencies":{"two":"2"}}')],
      ['a package was added', () => folder.write('packages/mail/package.json', '{}')],
      ['pnpm installed something else meanwhile', () => folder.write('node_modules/.pnpm/lock.yaml', 'yet another\n')],
      ['a dependency was deleted', () => remove('packages/cli/node_modules')],
      ['a package was deleted', () => remove('node_modules/.pnpm/one@1')],
      ['a command was deleted', () => remove('node_modules/.bin/one')],
      ['node_modules was deleted', () => remove('node_modules')],
    ]
    for (const [what, change] of changes) {
      change()
      expect([what, setup(complete)]).toEqual([
        what,
        expect.objectContaining({ status: 0, calls: [expect.anything()] }),
      ])
    }
    expect(setup(complete)).toMatchObject({ status: 0, calls: [] })
  })

  test('is installed again after an interrupted install', () => {
    setup(complete)
    folder.write('pnpm-lock.yaml', 'another\n')
    const killed = setup(`${complete}\nkill -9 $$`)
    expect(killed).toMatchObject({ status: 130, last: 'The install failed. It was stopped.' })
    expect(setup(complete)).toMatchObject({ status: 0, calls: [expect.anything()] })
  })

  test('is installed from nothing if pnpm does not restore what is missing', () => {
    setup(complete)
    rmSync(join(folder.path, 'node_modules/one'), { recursive: true })
    const repaired = setup(`if [ ! -d node_modules ]; then ${complete}\nfi`)
    expect(repaired.status).toBe(0)
    expect(repaired.calls).toHaveLength(2)
    rmSync(join(folder.path, 'node_modules/one'), { recursive: true })
    const never = setup('mkdir -p node_modules')
    expect(never).toMatchObject({ status: 1, last: expect.stringMatching(/packages are missing from node_modules/) })
  })

  test.each([
    ['ERR_PNPM_OUTDATED_LOCKFILE', /^The install failed\. pnpm-lock\.yaml does not match .*--refresh-lockfile/],
    ['npm error code ENOTFOUND', /^The install failed\. The npm registry cannot be reached\./],
    ['ERR_PNPM_META_FETCH_FAIL  GET https://registry.example/', /The npm registry cannot be reached\./],
    ['ENOSPC: no space left on device, write', /^The install failed\. There is no space left on the disk\.$/],
    ["EACCES: permission denied, mkdir '/store'", /A folder cannot be written/],
    ['something else', /^The install failed\. pnpm ended with exit code 7: see above\.$/],
  ])('says why the install failed: %s', (output, message) => {
    const { status, stdout, stderr, last } = setup(`echo "${output}"; exit 7`)
    expect({ status, stdout }).toEqual({ status: 7, stdout: '' })
    expect(stderr).toContain(output)
    expect(last).toMatch(message)
  })

  test('says which Node is needed', () => {
    folder.write('package.json', manifest({ engines: { node: '>=99.1' } }))
    const { status, stderr, calls } = setup(complete)
    expect({ status, calls }).toEqual({ status: 1, calls: [] })
    expect(stderr).toBe(`This repository needs Node 99.1 or later; this is ${process.versions.node}.\n`)
  })

  test('gets a new lockfile on request', () => {
    setup(complete)
    expect(setup(complete, {}, '--refresh-lockfile').calls).toEqual([expect.stringMatching(/ --no-frozen-lockfile /)])
  })

  test('shows the output of pnpm under npm run --silent', () => {
    expect(setup('echo "level: $npm_config_loglevel"; exit 7', { npm_config_loglevel: 'silent' }).stderr).toContain(
      'level: \n',
    )
  })

  test('runs pnpm also where npx runs npm with another Node', () => {
    const { stderr } = setup('echo "package: $npm_config_package"; exit 7', { npm_config_package: 'node@24' })
    expect(stderr).toContain('package: \n')
  })

  test('names a registry that cannot be reached, with the real npx', () => {
    const { status, last } = setup(undefined, {
      npm_config_registry: 'http://127.0.0.1:9',
      npm_config_cache: join(folder.path, 'cache'),
      npm_config_fetch_retries: '0',
    })
    expect(status).not.toBe(0)
    expect(last).toMatch(/^The install failed\. The npm registry cannot be reached\./)
  })

  test('runs no script of a package, with the real pnpm', () => {
    const script = "node -e \"require('fs').writeFileSync(process.env.RAN, '')\""
    const scripts = Object.fromEntries(
      ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'pnpm:devPreinstall'].map((name) => [
        name,
        script,
      ]),
    )
    folder.write('package.json', manifest({ devDependencies: {}, scripts }))
    folder.write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n')
    folder.write('packages/cli/package.json', JSON.stringify({ name: 'cli', scripts }))
    folder.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  packages/cli: {}\n")
    const { stderr } = setup(undefined, { RAN: join(folder.path, 'ran') })
    expect(stderr).toMatch(/^Done in /m)
    expect(existsSync(join(folder.path, 'ran'))).toBe(false)
  })

  test('names a stale lockfile, with the real pnpm', () => {
    folder.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n  .: {}\n")
    const { status, last } = setup()
    expect(status).not.toBe(0)
    expect(last).toMatch(/^The install failed\. pnpm-lock\.yaml does not match the package\.json files\./)
  })
})

test('every script of package.json installs first, or needs no install', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const install = 'node packages/cli/src/setup.mjs'
  const others = Object.entries(scripts).filter(
    ([, script]) => script !== install && !script.startsWith(`${install} && `),
  )
  expect(others.map(([name]) => name)).toEqual(['changeset'])
  expect(scripts.changeset).toMatch(/^npx --yes /)
})
