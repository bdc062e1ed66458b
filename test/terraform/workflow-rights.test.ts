import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

// What a job may do, and which code it runs while it may. Most rules are audits of zizmor, whose names they mention; it is no
// package that this repository can install, and some of its audits need a network.

interface Step {
  name?: string
  id?: string
  if?: string
  uses?: string
  run?: string
  with?: Record<string, string>
  env?: Record<string, string>
}

interface Job {
  if?: string
  uses?: string
  'runs-on'?: string
  environment?: string
  permissions?: Record<string, string>
  concurrency?: { 'cancel-in-progress': boolean }
  env?: Record<string, string>
  steps?: Step[]
}

interface Workflow {
  name: string
  on: Record<string, { workflows?: string[]; types?: string[] } | null>
  permissions: object
  concurrency?: { group: string; 'cancel-in-progress': boolean }
  jobs: Record<string, Job>
}

const github = join(__dirname, '..', '..', '.github')
const read = (file: string) => readFileSync(join(github, file), 'utf8')
const files = readdirSync(join(github, 'workflows'))
const workflows = new Map(files.map((file): [string, Workflow] => [file, parse(read(join('workflows', file)))]))
const actions = readdirSync(join(github, 'actions'))
const actionSteps = actions.flatMap((name): Step[] => parse(read(join('actions', name, 'action.yml'))).runs.steps)

interface Named extends Job {
  /** As in `plan.yml comment`. */
  id: string
  workflow: Workflow
}

const jobs = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]): Named => ({ ...job, id: `${file} ${name}`, workflow })),
)
const job = (id: string): Named => jobs.find((each) => each.id === id) ?? fail(`There is no job ${id}.`)
const fail = (message: string): never => {
  throw new Error(message)
}
const stepsOf = ({ steps = [] }: Job) => steps
const ids = (found: Named[]) => found.map(({ id }) => id)
const scripts = (found: Job) => stepsOf(found).flatMap(({ run }) => run ?? [])

/** Events on which GitHub runs a workflow, and a checkout, as the pull request has them. */
const ofPullRequests = ['pull_request', 'pull_request_review']
const startsOnPullRequest = ({ on }: Workflow) => ofPullRequests.some((event) => event in on)
/** In a workflow that main calls too, some jobs are only for main. */
const onlyOnPush = (each: Job) => /^github\.event_name == 'push'( &&|$)/.test(each.if ?? '')
const runsPullRequest = jobs.filter((each) => startsOnPullRequest(each.workflow) && !onlyOnPush(each))

const mayWrite = (each: Job) =>
  Object.entries(each.permissions ?? {}).flatMap(([name, access]) => (access === 'write' ? [name] : []))

describe('a job that runs the code of a pull request has no rights', () => {
  test('there are such jobs', () => {
    expect(ids(runsPullRequest)).toEqual([
      'audit.yml audit',
      'check.yml check',
      'check.yml checked',
      'reviewed.yml reviewed',
      'ship.yml changed',
      'ship.yml plan',
      'synthesise.yml synthesise',
      'way-out.yml synthesise',
    ])
  })

  test.each(runsPullRequest)('$id may read, and has no ID token, environment or secret', (each) => {
    expect(each.environment).toBeUndefined()
    for (const [name, access] of Object.entries(each.permissions ?? {})) {
      expect([name, access]).toEqual([expect.stringMatching(/^(contents|actions)$/), 'read'])
    }
  })
})

describe('a job with rights runs code of main', () => {
  const withRights = jobs.filter((each) => !each.uses && (mayWrite(each).length > 0 || each.environment))

  test('no workflow with such a job starts on an event for which GitHub takes it from a pull request', () => {
    expect(
      ids(withRights.filter(({ workflow, ...each }) => startsOnPullRequest(workflow) && !onlyOnPush(each))),
    ).toEqual([])
    expect(ids(withRights)).toEqual([
      'deploy.yml review',
      'deploy.yml deploy',
      'drift.yml drift',
      'plan.yml plan',
      'plan.yml comment',
      'plan.yml verdict',
      'ship-function.yml dev',
      'ship-function.yml prod',
    ])
  })

  test.each(withRights)('$id checks out the commit of main that started it', (each) => {
    const checkouts = stepsOf(each).filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts).toHaveLength(1)
    expect(
      Object.keys(checkouts[0]?.with ?? {}).filter((name) => !['persist-credentials', 'fetch-depth'].includes(name)),
    ).toEqual([])
  })

  test.each(withRights)('$id has an environment if it may have an ID token, and the other way round', (each) => {
    expect(Boolean(each.environment)).toBe(mayWrite(each).includes('id-token'))
  })

  test.each(withRights)('$id does not synthesise: that runs packages which Terraform then believes', (each) => {
    expect(scripts(each).join('\n')).not.toMatch(/synth\b|cdktf/)
  })
})

test('what jobs may do is this (excessive-permissions, undocumented-permissions)', () => {
  const permissions = ({ id, permissions = {} }: Named) =>
    `${id}: ${Object.entries(permissions)
      .map(([name, access]) => `${name} ${access}`)
      .join(', ')}`
  expect(jobs.map(permissions)).toEqual([
    'audit.yml audit: contents read',
    'check.yml check: contents read',
    'check.yml checked: ',
    'deploy.yml synthesise: contents read',
    'deploy.yml review: contents read, id-token write, pull-requests read, actions read',
    'deploy.yml deploy: contents read, id-token write',
    'drift.yml synthesise: contents read',
    'drift.yml drift: contents read, id-token write',
    'main.yml check: contents read',
    'main.yml deploy: contents read, id-token write, pull-requests read, actions read',
    'main.yml ship: contents read, id-token write, actions read',
    'plan.yml synthesise: contents read',
    'plan.yml plan: contents read, id-token write, actions read',
    'plan.yml comment: contents read, actions read, pull-requests write',
    'plan.yml verdict: contents read, actions read, pull-requests read, statuses write',
    'reviewed.yml reviewed: ',
    'ship-function.yml dev: contents read, id-token write',
    'ship-function.yml prod: contents read, id-token write',
    'ship.yml changed: contents read, actions read',
    'ship.yml plan: contents read',
    'ship.yml ship: contents read, id-token write',
    'synthesise.yml synthesise: contents read',
    'way-out.yml synthesise: contents read',
  ])
})

test('no job has the token of GitHub in the environment of all its steps', () => {
  expect(ids(jobs.filter(({ env = {} }) => Object.values(env).some((value) => /github\.token/.test(value))))).toEqual(
    [],
  )
})

describe('Terraform runs only on a stack that was checked', () => {
  const running = jobs.filter((each) => scripts(each).some((script) => /^ *terraform /m.test(script)))

  test('these jobs run it', () => {
    expect(ids(running)).toEqual(['deploy.yml review', 'deploy.yml deploy', 'drift.yml drift', 'plan.yml plan'])
  })

  test.each(running)('$id checks it before it has credentials, and plans the copy', (each) => {
    const at = (fits: (step: Step) => boolean) => stepsOf(each).findIndex(fits)
    const checks = at(({ run }) => /check-stack -- /.test(run ?? ''))
    const credentials = at(({ uses }) => /configure-aws-credentials@/.test(uses ?? ''))
    const terraform = at(({ run }) => /^ *terraform init/m.test(run ?? ''))
    expect(checks).toBeGreaterThan(0)
    expect(credentials).toBeGreaterThan(checks)
    expect(terraform).toBeGreaterThan(credentials)
    expect(stepsOf(each)[checks]?.if).toBeUndefined()
    for (const script of scripts(each).filter((each) => /^ *terraform /m.test(each))) {
      expect(/^ *cd (.*)$/m.exec(script)?.[1]).toMatch(/^"\$RUNNER_TEMP\/checked(\/\$side)?"$/)
    }
  })

  test.each(running)('$id keeps stacks outside the checkout, where they could replace files of main', (each) => {
    const downloads = stepsOf(each).filter(({ uses }) => uses?.startsWith('actions/download-artifact@'))
    const stacks = downloads.filter((step) => step.with?.name?.startsWith('stacks'))
    expect(stacks.length).toBeGreaterThan(0)
    for (const step of stacks) expect(step.with?.path).toMatch(/^\$\{\{ runner\.temp \}\}\/stacks(\/\w+)?$/)
  })

  test('the stack of a pull request is compared with that of main', () => {
    const check = scripts(job('plan.yml plan')).find((script) => script.includes('check-stack')) ?? ''
    expect(check.split('\n').filter((line) => line.includes('check-stack'))).toEqual([
      'npm run --silent check-stack -- --stage "$STAGE" --into "$RUNNER_TEMP/checked/base" "$main"',
      'npm run --silent check-stack -- --stage "$STAGE" --into "$RUNNER_TEMP/checked/head" --main "$main" "$RUNNER_TEMP/stacks/head"',
    ])
  })

  test.each(running)('$id takes no values of a stack that Terraform prints for commands to the runner', (each) => {
    for (const script of scripts(each).filter((each) => /^ *terraform /m.test(each))) {
      const lines = script.trim().split('\n')
      expect(lines.slice(1, 3)).toEqual(['commands=$(openssl rand -hex 16)', 'echo "::stop-commands::$commands"'])
      expect(lines.at(-1)).toBe('echo "::$commands::"')
    }
  })

  test('only the report of a pull request leaves out what main would change too', () => {
    for (const id of ['deploy.yml review', 'deploy.yml deploy', 'drift.yml drift']) {
      expect(scripts(job(id)).join('\n')).not.toMatch(/--base\b/)
    }
    expect(scripts(job('plan.yml plan')).join('\n')).toContain(' --base "$RUNNER_TEMP/base.json" ')
  })
})

describe('plan.yml uses nothing of a pull request but its commit and its stacks', () => {
  const text = read('workflows/plan.yml')

  test('it is the only workflow that starts after another one (dangerous-triggers)', () => {
    const dangerous = [...workflows].filter(
      ([, { on }]) => 'workflow_run' in on || 'pull_request_target' in on || 'issue_comment' in on,
    )
    expect(dangerous.map(([file]) => file)).toEqual(['plan.yml'])
    expect(workflows.get('plan.yml')?.on).toEqual({
      workflow_run: { workflows: ['synthesise', 'reviewed'], types: ['completed'] },
    })
    for (const name of ['synthesise', 'reviewed']) expect(workflows.get(`${name}.yml`)?.name).toBe(name)
  })

  test('of the event it reads only what GitHub says, never names that a person gives', () => {
    const members = new Set(text.match(/(?<=github\.event\.)[\w.]+/g))
    expect([...members].sort()).toEqual([
      'workflow_run.conclusion',
      'workflow_run.event',
      'workflow_run.head_repository.full_name',
      'workflow_run.head_sha',
      'workflow_run.id',
      'workflow_run.name',
    ])
    expect(text).not.toMatch(/github\.(head_ref|actor|triggering_actor)/)
  })

  test('it plans only after a run for a pull request of this repository', () => {
    const condition = job('plan.yml synthesise').if?.replace(/\s+/g, ' ')
    expect(condition).toBe(
      "github.event.workflow_run.name == 'synthesise' && github.event.workflow_run.event == 'pull_request' && github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.head_repository.full_name == github.repository",
    )
  })

  test('every job of it checks out main, also the one without rights: what it synthesises is what the rest is compared with', () => {
    const checkouts = jobs
      .filter(({ id }) => id.startsWith('plan.yml '))
      .flatMap(stepsOf)
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts).toHaveLength(4)
    for (const step of checkouts) expect(Object.keys(step.with ?? {})).toEqual(['persist-credentials'])
    expect(scripts(job('plan.yml synthesise'))).toEqual(['npm run setup', 'npm run synth'])
    expect(text).not.toMatch(/git (fetch|checkout|switch|pull)|gh pr checkout/)
  })

  test('every review that may accept dangers, or no longer accept them, has them read again', () => {
    expect(workflows.get('reviewed.yml')?.on).toEqual({
      pull_request_review: { types: ['submitted', 'edited', 'dismissed'] },
    })
  })

  test('the first step of a plan refuses a re-run, which would use the checker of that day', () => {
    const [first] = stepsOf(job('plan.yml plan'))
    expect([first?.name, first?.if]).toEqual(['Refuse a re-run', undefined])
  })

  test('it sets no status for a fork, which may have the head of a pull request of this repository', () => {
    const condition = job('plan.yml verdict').if?.replace(/\s+/g, ' ')
    expect(condition).toBe(
      "!cancelled() && github.event.workflow_run.head_repository.full_name == github.repository && (github.event.workflow_run.name == 'synthesise' && github.event.workflow_run.event == 'pull_request' || github.event.workflow_run.name == 'reviewed' && github.event.workflow_run.event == 'pull_request_review')",
    )
  })

  test('no earlier success stays if the status cannot be set', () => {
    expect(stepsOf(job('plan.yml verdict')).at(-1)).toMatchObject({
      if: 'failure()',
      run: '.github/scripts/status.sh "$HEAD" error "Not known. Re-run the failed job of this run."',
    })
  })

  test('no run cancels another, and none is left out', () => {
    expect(text).not.toMatch(/^ *(concurrency|cancel-in-progress):/m)
  })

  test('labels mean nothing', () => {
    for (const file of files) expect(read(join('workflows', file))).not.toMatch(/labels|labeled/)
  })

  test('deploy.yml finds reports and acceptances as plan.yml does', () => {
    const compare = scripts(job('deploy.yml review')).find((script) => script.includes('reviewed/digest')) ?? ''
    expect(compare).toContain('run=$(.github/scripts/reviewed-plan.sh "$head")')
    expect(compare).toContain('gh run download "$run" --name "report-$STAGE-$head" --dir reviewed\n')
    expect(compare).toContain('"$(.github/scripts/accepted.sh "$head" "${numbers[@]:1}")" != true')
    const verdict = scripts(job('plan.yml verdict')).join('\n')
    expect(verdict).toContain('.github/scripts/reviewed-plan.sh "$HEAD"')
    expect(verdict).toContain('.github/scripts/accepted.sh "$HEAD" "$number"')
    const upload = stepsOf(job('plan.yml plan')).at(-1)?.with?.name
    expect(upload).toBe('report-${{ matrix.stage }}-${{ github.event.workflow_run.head_sha }}')
    // Nobody else reads or writes such a report.
    expect(files.filter((file) => /report-/.test(read(join('workflows', file)).replace(/plan-report/g, '')))).toEqual([
      'deploy.yml',
      'plan.yml',
    ])
  })
})

describe.each([...workflows])('%s', (file, workflow) => {
  const text = read(join('workflows', file))
  const own = jobs.filter(({ id }) => id.startsWith(`${file} `))
  const steps = own.flatMap(stepsOf)

  test('has a name (anonymous-definition)', () => {
    expect(workflow.name).toBeTruthy()
  })

  test('gives no permission to all of its jobs, and names those of each (excessive-permissions)', () => {
    expect(workflow.permissions).toEqual({})
    expect(ids(own.filter(({ permissions }) => !permissions))).toEqual([])
  })

  test('has no expression in a script (template-injection)', () => {
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([])
    expect(text).not.toMatch(/github-script/)
  })

  test('leaves no credentials in a checkout (artipacked)', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.filter((step) => String(step.with?.['persist-credentials']) !== 'false')).toEqual([])
  })

  test('uses actions at full commits only, and no image (unpinned-uses, unpinned-images, obfuscation)', () => {
    const used = [...steps, ...own].flatMap(({ uses }) => uses ?? [])
    const pinned = /^([\w-]+\/[\w-]+@[0-9a-f]{40}|\.\/\.github\/(actions|workflows)\/[\w.-]+)$/
    expect(used.filter((uses) => !pinned.test(uses))).toEqual([])
    expect(text).not.toMatch(/^ +(container|services|image):/m)
  })

  test('changes no environment of later steps (github-env, insecure-commands)', () => {
    expect(text).not.toMatch(/GITHUB_ENV|GITHUB_PATH|ACTIONS_ALLOW_UNSECURE_COMMANDS|::set-env|::add-path/)
  })

  test('keeps no cache, which a pull request could fill (cache-poisoning)', () => {
    expect(text).not.toMatch(/actions\/cache|^ +cache:/m)
  })

  test('has no secret and no key (secrets-inherit, overprovisioned-secrets, secrets-outside-env)', () => {
    expect(text).not.toMatch(/\bsecrets\b|aws-access-key|aws-secret/)
  })

  test('trusts no name of an actor (bot-conditions)', () => {
    expect(text).not.toMatch(/github\.(triggering_)?actor\b/)
  })

  test('has conditions that GitHub evaluates (unsound-condition, unsound-contains, unsound-ternary)', () => {
    const conditions = [...steps, ...own].flatMap((each) => each.if ?? [])
    // Text around an expression, also a line break, makes a condition a string, which is true.
    expect(
      conditions.filter((each) => each !== each.trim() || (/\$\{\{/.test(each) && !/^\$\{\{[^{}]*\}\}$/.test(each))),
    ).toEqual([])
    expect(text).not.toMatch(/contains\(/)
    expect(text.match(/\$\{\{[^}]*&&[^}]*\|\|[^}]*\}\}/g) ?? []).toEqual([])
  })

  test("runs on GitHub's machines only (self-hosted-runner)", () => {
    expect(ids(own.filter((each) => !each.uses && each['runs-on'] !== 'ubuntu-24.04'))).toEqual([])
  })

  test('installs nothing that the repository does not pin (adhoc-packages)', () => {
    const installs = steps.flatMap(
      ({ run }) => run?.match(/.*\b(pipx?|npm|npx|gem|cargo|apt(-get)?)\b.*\b(install|i|add)\b.*/g) ?? [],
    )
    expect(installs.filter((line) => !/^pipx install '[\w[\]-]+==[\d.]+'$/.test(line))).toEqual([])
  })

  test('cancels only runs that have no rights (concurrency-limits)', () => {
    const cancelling = [workflow.concurrency, ...own.map(({ concurrency }) => concurrency)].some(
      (each) => each?.['cancel-in-progress'],
    )
    if (cancelling) expect(startsOnPullRequest(workflow)).toBe(true)
  })
})

test('the steps of our own actions follow the same rules', () => {
  expect(actionSteps.length).toBeGreaterThan(0)
  expect(actionSteps.filter(({ run }) => run?.includes('${{') || /GITHUB_(ENV|PATH)/.test(run ?? ''))).toEqual([])
  expect(actionSteps.filter(({ uses }) => uses && !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([])
})

test('Dependabot waits before it proposes a release, and runs no code of it (dependabot-cooldown, dependabot-execution)', () => {
  const { updates } = parse(read('dependabot.yml'))
  expect(updates.map((each: { cooldown?: object }) => each.cooldown)).toEqual([
    { 'default-days': 7 },
    { 'default-days': 7 },
  ])
  expect(read('dependabot.yml')).not.toContain('insecure-external-code-execution')
})
