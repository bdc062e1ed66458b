import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { scratchFolder } from '@confirmation-reminder/cli/test/scratch-folder'

// Runs the scripts of the workflows as GitHub does, with fakes for the commands that need a network.

const root = join(__dirname, '..', '..')

/** The script of a step, by the step's name. */
function scriptOf(workflow: string, step: string): string {
  const text = readFileSync(join(root, '.github', 'workflows', workflow), 'utf8')
  const found = new RegExp(`- name: ${step}\\n(?: {8}(?!run:).*\\n)*? {8}run: \\|\\n((?: {10}.*\\n|\\n)+)`).exec(text)
  if (!found?.[1]) throw new Error(`${workflow} has no step "${step}" with a script.`)
  return found[1].replace(/^ {10}/gm, '')
}

const folder = scratchFolder()

/** Runs a script with these commands instead of the real ones, and the shell that GitHub uses for `shell: bash`. `calls` lists their arguments. */
function run(script: string, commands: Record<string, string>, environment: Record<string, string> = {}) {
  for (const [name, body] of Object.entries(commands)) folder.fake(name, body)
  const { status, stdout } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', folder.write('script.sh', script)],
    {
      cwd: folder.path,
      encoding: 'utf8',
      env: {
        PATH: `${folder.path}/bin:${process.env.PATH}`,
        RUNNER_TEMP: folder.path,
        GITHUB_OUTPUT: join(folder.path, 'output'),
        GITHUB_WORKSPACE: folder.path,
        GITHUB_STEP_SUMMARY: join(folder.path, 'summary'),
        GITHUB_SERVER_URL: 'https://github.example',
        GITHUB_REPOSITORY: 'o/r',
        GITHUB_RUN_ID: '7',
        STAGE: 'prod',
        ...environment,
      },
    },
  )
  const read = (file: string) => folder.read(file)
  return { status, stdout, read, calls: read('calls') }
}

/** Puts a fake of a script of .github/scripts into the folder. It prints what this says. */
function fakeScript(name: string, body: string): void {
  folder.write(`.github/scripts/${name}`, `#!/bin/bash\necho "${name} $*" >> "${folder.path}/calls"\n${body}\n`)
  chmodSync(join(folder.path, '.github/scripts', name), 0o755)
}

describe('deploy', () => {
  const step = 'Apply the reviewed plan'
  const apply = (digest: string) => {
    mkdirSync(join(folder.path, 'checked'), { recursive: true })
    folder.write('review/digest', 'reviewed\n')
    return run(scriptOf('deploy.yml', step), { terraform: '', npm: digest, openssl: 'echo random' })
  }

  test('applies the reviewed plan', () => {
    const { status, calls } = apply('echo reviewed')
    expect(status).toBe(0)
    expect(calls).toMatch(/terraform plan .*-out=plan\n[\s\S]*terraform apply -input=false -no-color plan\n$/)
  })

  test.each(['echo another', 'exit 2'])('applies no other (%s)', (digest) => {
    const { status, calls } = apply(digest)
    expect(status).not.toBe(0)
    expect(calls).not.toContain('terraform apply')
  })

  test('reports, whether dangerous or not, but stops at wrong input', () => {
    for (const [exit, status] of [
      [0, 0],
      [1, 0],
      [2, 1],
    ] as const) {
      rmSync(join(folder.path, 'review'), { recursive: true, force: true })
      const npm = `case "$*" in *--digest*) echo digest ;; *) exit ${exit} ;; esac`
      const reported = run(scriptOf('deploy.yml', 'Report'), { npm })
      expect(reported.status).toBe(status)
      if (status === 0) expect(reported.read('output')).toMatch(new RegExp(`verdict=${exit}\n$`))
    }
  })

  interface Main {
    /** What GitHub knows: the merged pull request, the run that planned it, the digest, and who accepted its dangers. */
    merged?: string
    reviewedRun?: string
    digest?: string
    accepted?: string
    /** What main's own report says. */
    verdict?: string
  }

  function compare({
    merged = 'head 12 14',
    reviewedRun = '7',
    digest = 'digest',
    accepted = 'echo false',
    verdict = '0',
  }: Main) {
    folder.write('review/digest', 'digest\n')
    fakeScript('merged.sh', `echo "${merged}"`)
    fakeScript('reviewed-plan.sh', `echo "${reviewedRun}"`)
    fakeScript('accepted.sh', accepted)
    const gh = `case "$*" in "run download"*) mkdir -p reviewed; echo ${digest} > reviewed/digest ;; esac`
    return run(scriptOf('deploy.yml', 'Compare with the reviewed plan'), { gh }, { GITHUB_SHA: 's', VERDICT: verdict })
  }

  test('deploys what was reviewed', () => {
    const { status, calls } = compare({})
    expect(status).toBe(0)
    expect(calls).toContain('merged.sh s\n')
    expect(calls).toContain('reviewed-plan.sh head\n')
    expect(calls).toContain('gh run download 7 --name report-prod-head --dir reviewed\n')
  })

  test('deploys dangers that a reviewer accepted for the last commit of the pull request', () => {
    const { status, calls } = compare({ verdict: '1', accepted: 'echo true' })
    expect(status).toBe(0)
    expect(calls).toContain('accepted.sh head 12 14\n')
  })

  test.each<[string, Main, RegExp]>([
    ['no pull request led to main', { merged: '' }, /no pull request with a reviewed plan/],
    ['no run of plan.yml on main planned it', { reviewedRun: '' }, /no pull request with a reviewed plan/],
    ['main has another plan', { digest: 'other' }, /differs from the reviewed plan/],
    [
      'no reviewer accepted its dangers',
      { verdict: '1' },
      /dangers that no reviewer of its pull request accepted for head/,
    ],
    ['GitHub does not say who accepted', { verdict: '1', accepted: 'exit 1' }, /dangers that no reviewer/],
    ['the report says nothing', { verdict: '' }, /dangers that no reviewer/],
  ])('stops where %s', (_, main, message) => {
    const { status, stdout } = compare(main)
    expect(stdout).toMatch(message)
    expect(status).toBe(1)
  })
})

describe('drift', () => {
  const post = (message: string) => {
    folder.write('message.json', message)
    return run(scriptOf('drift.yml', 'Post to the Slack channel'), { aws: '' }, { TOPIC_ARN: 'arn:topic' })
  }

  test('posts to the channel if the stage drifted, and otherwise not', () => {
    expect(post('')).toMatchObject({ status: 0, calls: '' })
    expect(post('{}').calls).toBe('aws sns publish --topic-arn arn:topic --message file://message.json\n')
  })
})

describe('plan', () => {
  const comment = (gh: string, number = '1') => {
    fakeScript('reports.sh', '')
    fakeScript('pull-request.sh', `echo "${number}"`)
    return run(scriptOf('plan.yml', 'Create or update the comment'), { gh }, { HEAD: 'sha', STAGES: 'dev prod' })
  }

  test('creates one comment, and updates it the next time', () => {
    folder.write('reports/dev/comment.md', '### dev: No changes.\n')
    folder.write('reports/prod/comment.md', '### prod: No changes.\n')
    const first = comment('')
    expect(first.read('comment.md')).toBe(
      '<!-- plan-report -->\nWhat sha would change ([the run](https://github.example/o/r/actions/runs/7)):\n\n### dev: No changes.\n\n### prod: No changes.\n',
    )
    expect(first.calls).toContain('reports.sh 7 sha\n')
    expect(first.calls).toContain('gh api repos/o/r/issues/1/comments --field body=@comment.md')
    expect(comment('printf "42\\n43\\n"').calls).toContain('gh api --method PATCH repos/o/r/issues/comments/42 ')
  })

  test('leaves the comment to the later commit if the pull request has one', () => {
    expect(comment('', '').calls).not.toContain('gh ')
  })

  test('says how to accept the dangers of this commit', () => {
    folder.write('reports/dev/comment.md', '### dev: 1 danger\n')
    folder.write('reports/dev/verdict', '1\n')
    expect(comment('').read('comment.md')).toMatch(
      /a reviewer approves it in a review with this line:\n\n```\ndanger-accepted sha\n```\n$/,
    )
  })

  test('creates no second comment if GitHub does not list all comments', () => {
    // gh prints the pages that it has read, then fails.
    for (const gh of ['exit 1', 'case "$*" in *--paginate*) echo 42; exit 1 ;; esac']) {
      rmSync(join(folder.path, 'calls'), { force: true })
      const { status, calls } = comment(gh)
      expect(status).not.toBe(0)
      expect(calls).not.toMatch(/--field body|PATCH/)
    }
  })

  test('says which stage could not be planned', () => {
    folder.write('reports/dev/comment.md', '### dev: No changes.\n')
    expect(comment('').read('comment.md')).toMatch(/### dev: No changes\.\n\n### prod: could not be planned\./)
  })

  const report = (npm: string) => run(scriptOf('plan.yml', 'Report'), { npm })

  test('keeps the verdict for the status, but stops at once at wrong input', () => {
    const dangerous = report('echo said; case "$*" in *--digest*) exit 0 ;; *) exit 1 ;; esac')
    expect(dangerous.status).toBe(0)
    expect(dangerous.read('report/verdict')).toBe('1\n')
    expect(dangerous.read('report/comment.md')).toBe('said\n')
    expect(dangerous.read('summary')).toBe('said\n')
    rmSync(join(folder.path, 'report'), { recursive: true })
    const wrong = report('exit 2')
    expect(wrong.status).not.toBe(0)
    expect(wrong.read('report/verdict')).toBe('')
  })

  test('plans nothing if a stack is refused', () => {
    const check = (npm: string) => run(scriptOf('plan.yml', 'Check the stacks'), { npm })
    expect(check('').status).toBe(0)
    for (const side of ['base', 'head']) {
      expect(check(`case "$*" in *checked/${side}*) exit 1 ;; esac`).status).not.toBe(0)
    }
  })

  test('plans base and head, and ignores commands to the runner in what Terraform prints', () => {
    for (const side of ['base', 'head']) mkdirSync(join(folder.path, 'checked', side), { recursive: true })
    const { status, stdout } = run(scriptOf('plan.yml', 'Plan base and head'), {
      terraform: 'echo "::error::hostile"; touch plan',
      openssl: 'echo random',
    })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^::stop-commands::random\n(::error::hostile\n)+::random::\n$/)
  })

  /** The description and state that the status gets, in their order. */
  function statuses(accepted: string, verdicts: Record<string, string>, RUN = '7', number = '1') {
    for (const [stage, verdict] of Object.entries(verdicts)) {
      folder.write(`reports/${stage}/verdict`, `${verdict}\n`)
    }
    for (const name of ['reports.sh', 'status.sh']) fakeScript(name, '')
    fakeScript('pull-request.sh', `echo "${number}"`)
    fakeScript('accepted.sh', accepted)
    const environment = { HEAD: 'sha', STAGES: 'dev prod', RUN }
    const { status, calls } = run(scriptOf('plan.yml', 'Set the status'), {}, environment)
    const set = [...calls.matchAll(/^status\.sh sha (\w+) (.*)$/gm)]
    return { status, calls, set: set.map(([, state, description]) => `${state}: ${description}`) }
  }

  test.each([
    ['no dangers', 'false', { dev: '0', prod: '0' }, 'success: No stage has dangers.'],
    [
      'dangers',
      'false',
      { dev: '0', prod: '1' },
      'failure: prod: see the comment for the dangers, and for how a reviewer accepts them.',
    ],
    ['accepted dangers', 'true', { dev: '1', prod: '1' }, 'success: A reviewer accepted the dangers of this commit.'],
    [
      'accepted dangers, and a stage without a plan',
      'true',
      { dev: '1' },
      'failure: prod: could not be planned. The run says why.',
    ],
    [
      'a stage without a plan, and accepted dangers',
      'true',
      { prod: '1' },
      'failure: dev: could not be planned. The run says why.',
    ],
    [
      'a verdict that is none',
      'true',
      { dev: '0', prod: '2' },
      'failure: prod: could not be planned. The run says why.',
    ],
  ])('sets the status once for %s', (_, accepted, verdicts, expected) => {
    const { status, set, calls } = statuses(`echo ${accepted}`, verdicts as Record<string, string>)
    expect(set).toEqual([expected])
    expect(status).toBe(0)
    expect(calls).toContain('accepted.sh sha 1\n')
    expect(calls).toContain('reports.sh 7 sha\n')
  })

  test('a commit that was not planned fails, also if a report is there', () => {
    expect(statuses('echo true', { dev: '0', prod: '0' }, '').set).toEqual([
      'failure: Not planned: it cannot be synthesised.',
    ])
  })

  test('a commit fails that a second pull request has too, whose workflow may have synthesised it', () => {
    expect(statuses('echo true', { dev: '0', prod: '0' }, '7', '').set).toEqual([
      'failure: This is not the head of one open pull request alone, to main.',
    ])
  })

  test('a re-run plans nothing', () => {
    const attempt = (GITHUB_RUN_ATTEMPT: string) =>
      run(scriptOf('plan.yml', 'Refuse a re-run'), {}, { GITHUB_RUN_ATTEMPT })
    expect(attempt('1')).toMatchObject({ status: 0, stdout: '' })
    expect(attempt('2')).toMatchObject({ status: 1, stdout: expect.stringContaining('Re-run synthesise') })
  })

  test('a review that comes while the status is set is not lost', () => {
    const secondTime = 'if [ -f seen ]; then echo true; else touch seen; echo false; fi'
    expect(statuses(secondTime, { dev: '0', prod: '1' }).set.map((each) => each.split(':')[0])).toEqual([
      'failure',
      'success',
    ])
  })

  test('an acceptance that is dismissed while the status is set is not kept', () => {
    const secondTime = 'if [ -f seen ]; then echo false; else touch seen; echo true; fi'
    expect(statuses(secondTime, { dev: '0', prod: '1' }).set.map((each) => each.split(':')[0])).toEqual([
      'success',
      'failure',
    ])
  })

  test('fails, and accepts nothing, if GitHub does not list the reviews', () => {
    const { status, set } = statuses('exit 1', { dev: '0', prod: '1' })
    expect(status).not.toBe(0)
    expect(set.filter((each) => each.startsWith('success'))).toEqual([])
  })

  const reports = (WORKFLOW: string, PLANNED: string, earlier = '5') => {
    fakeScript('reviewed-plan.sh', `echo "${earlier}"`)
    return run(scriptOf('plan.yml', 'Find the reports'), {}, { HEAD: 'sha', WORKFLOW, PLANNED }).read('output')
  }

  test.each([
    ['after a plan: its own', ['synthesise', 'success'], 'run=7\n'],
    ['after a plan of one stage: its own', ['synthesise', 'failure'], 'run=7\n'],
    ['without a plan: none, also if an earlier run has some', ['synthesise', 'skipped'], 'run=\n'],
    ['after a review: those of the earlier run', ['reviewed', 'skipped'], 'run=5\n'],
    ['after a review before the plan: none', ['reviewed', 'skipped', ''], 'run=\n'],
  ] as [string, [string, string, string?], string][])('finds reports %s', (_, given, output) => {
    expect(reports(...given)).toBe(output)
  })
})

const jqIsHere = spawnSync('jq', ['--version'], { stdio: 'ignore' }).status === 0

describe('the scripts that workflows share', () => {
  // As gh does, with the answers of files: answer 1, answer 2, and so on, for each call.
  const gh = `
    count=$(($(cat count 2> /dev/null || echo 0) + 1)); echo $count > count
    while [ $# -gt 0 ]; do if [ "$1" = --jq ]; then filter=$2; fi; shift; done
    if [ -n "\${filter:-}" ]; then jq -r "$filter" "answer $count"; else cat "answer $count"; fi`

  function script(name: string, answers: unknown[], ...args: string[]) {
    cpSync(join(root, '.github', 'scripts'), join(folder.path, '.github', 'scripts'), { recursive: true })
    rmSync(join(folder.path, 'count'), { force: true })
    for (const [index, answer] of answers.entries()) folder.write(`answer ${index + 1}`, JSON.stringify(answer))
    return run(`.github/scripts/${name} ${args.join(' ')}`, { gh })
  }

  if (!jqIsHere) {
    test('jq is not on this machine: no filter was run', () => expect(jqIsHere).toBe(false))
    return
  }

  const artifact = (id: number, changes = {}) => ({
    expired: false,
    workflow_run: { id, head_branch: 'main' },
    ...changes,
  })
  const trusted = {
    path: '.github/workflows/plan.yml',
    event: 'workflow_run',
    head_branch: 'main',
    head_repository: { full_name: 'o/r' },
    conclusion: 'success',
  }

  test('the latest run of plan.yml on main that planned a commit is found', () => {
    const { status, stdout, calls } = script(
      'reviewed-plan.sh',
      [{ artifacts: [artifact(9), artifact(11)] }, trusted],
      'head',
    )
    expect(stdout).toBe('11\n')
    expect(status).toBe(0)
    expect(calls).toContain('repos/o/r/actions/artifacts?name=report-prod-head&per_page=100')
    expect(calls).toContain('repos/o/r/actions/runs/11')
  })

  test.each([
    ['another workflow', { path: '.github/workflows/evil.yml' }],
    ['a workflow with a similar path', { path: '.github/workflows/plan.yml.yml' }],
    ['a pull request that changed plan.yml', { event: 'pull_request' }],
    ['a push', { event: 'push' }],
    ['a person who started it by hand', { event: 'workflow_dispatch' }],
    ['another branch', { head_branch: 'evil' }],
    ['a fork with a branch main', { head_repository: { full_name: 'evil/r' } }],
    ['a fork that is gone', { head_repository: null }],
    ['a run that failed', { conclusion: 'failure' }],
    ['a run that goes on', { conclusion: null }],
  ])('a report of %s does not count, and an earlier one does', (_, changes) => {
    const runs = [{ artifacts: [artifact(9), artifact(11)] }, { ...trusted, ...changes }, trusted]
    expect(script('reviewed-plan.sh', runs, 'head').stdout).toBe('9\n')
    const only = [{ artifacts: [artifact(11)] }, { ...trusted, ...changes }]
    expect(script('reviewed-plan.sh', only, 'head')).toMatchObject({ status: 0, stdout: '' })
  })

  test('a report that has expired, or that a branch uploaded, is not asked for', () => {
    const artifacts = [artifact(9, { expired: true }), artifact(10, { workflow_run: { id: 10, head_branch: 'evil' } })]
    const { stdout, calls } = script('reviewed-plan.sh', [{ artifacts }], 'head')
    expect(stdout).toBe('')
    expect(calls).not.toContain('actions/runs')
  })

  const pull = (number: number, changes = {}) => ({
    number,
    state: 'open',
    base: { ref: 'main' },
    head: { sha: 'head', repo: { full_name: 'o/r' } },
    ...changes,
  })

  test('the pull request of a commit is the open one that ends with it, whatever a fork opens', () => {
    const pulls = [
      pull(1),
      pull(2, { state: 'closed' }),
      pull(4, { head: { sha: 'later', repo: { full_name: 'o/r' } } }),
      pull(5, { head: { sha: 'head', repo: { full_name: 'evil/r' } } }),
      pull(6, { head: { sha: 'head', repo: null } }),
    ]
    expect(script('pull-request.sh', [pulls], 'head').stdout).toBe('1\n')
  })

  test.each([
    ['a second one to main', [pull(1), pull(2)]],
    ['one to another branch, where synthesise.yml may be another', [pull(1), pull(2, { base: { ref: 'evil' } })]],
    ['one to another branch alone', [pull(2, { base: { ref: 'evil' } })]],
    ['none', []],
  ])('a commit has no pull request if there is %s', (_, pulls) => {
    expect(script('pull-request.sh', [pulls], 'head')).toMatchObject({ status: 0, stdout: '' })
  })

  const merged = (number: number, changes = {}) => pull(number, { merged_at: '2026-11-27T12:00:00Z', ...changes })

  test.each([
    ['the only one', [merged(1)], 'head 1\n'],
    ['two with one head', [merged(1), merged(2)], 'head 1 2\n'],
    ['the first of two heads', [merged(1), merged(2, { head: { sha: 'other' } })], 'head 1\n'],
    ['none that is open or was only closed', [pull(1, { merged_at: null }), merged(2)], 'head 2\n'],
    ['none of another branch', [merged(1, { base: { ref: 'evil' } }), merged(2)], 'head 2\n'],
    ['nothing without one', [merged(1, { base: { ref: 'evil' } })], ''],
    ['nothing for a push', [], ''],
  ])('of the pull requests that led to a commit of main, %s', (_, pulls, printed) => {
    const { status, stdout, calls } = script('merged.sh', [pulls], 'commit')
    expect({ status, stdout }).toEqual({ status: 0, stdout: printed })
    expect(calls).toContain('repos/o/r/commits/commit/pulls')
  })
})

describe('scripts without a filter', () => {
  const script = (name: string, gh: string, ...args: string[]) => {
    cpSync(join(root, '.github', 'scripts'), join(folder.path, '.github', 'scripts'), { recursive: true })
    return run(`.github/scripts/${name} ${args.join(' ')}`, { gh }, { STAGES: 'dev prod' })
  }

  test('each report has a folder of its own, also if there is only one', () => {
    const gh = 'case "$*" in *report-dev-*) echo no artifact >&2; exit 1 ;; esac'
    const { status, stdout, calls } = script('reports.sh', gh, '7', 'head')
    expect(status).toBe(0)
    expect(stdout).toBe('There is no report of dev.\n')
    expect(calls).toBe(
      ['dev', 'prod']
        .map((stage) => `gh run download 7 --repo o/r --name report-${stage}-head --dir reports/${stage}\n`)
        .join(''),
    )
  })

  test('the status is of the commit, and links to the run', () => {
    const { status, calls } = script('status.sh', '', 'head', 'success', '"No stage has dangers."')
    expect(status).toBe(0)
    expect(calls).toBe(
      'gh api repos/o/r/statuses/head --raw-field context=plan --raw-field state=success --raw-field description=No stage has dangers. --silent --raw-field target_url=https://github.example/o/r/actions/runs/7\n',
    )
  })
})

describe('a reviewer accepted the dangers', () => {
  const accepted = (npm: string, ...numbers: string[]) => {
    cpSync(join(root, '.github', 'scripts'), join(folder.path, '.github', 'scripts'), { recursive: true })
    return run(`.github/scripts/accepted.sh head ${numbers.join(' ')}`, { gh: '', npm })
  }

  test.each([
    ['of the only pull request', 'exit 0', ['1'], 'true\n'],
    ['of the second pull request', 'if [ -f seen ]; then exit 0; fi; touch seen; exit 1', ['1', '2'], 'true\n'],
    ['of none', 'exit 1', ['1', '2'], 'false\n'],
    ['without a pull request', 'exit 0', [], 'false\n'],
    ['with an empty list of pull requests', 'exit 0', ['""'], 'false\n'],
  ])('%s', (_, npm, numbers, expected) => {
    const { status, stdout, calls } = accepted(npm, ...numbers)
    expect(stdout).toBe(expected)
    expect(status).toBe(0)
    if (numbers.includes('1')) {
      expect(calls).toContain('--field number=1 --raw-field owner=o --raw-field name=r\n')
      expect(calls).toMatch(/npm run --silent accepted -- --commit head /)
    }
  })

  test('is neither true nor false if it is not known', () => {
    expect(accepted('exit 2', '1')).toMatchObject({ status: 1, stdout: '' })
  })
})

describe('ship', () => {
  test.each([
    ['on main, since the last commit that shipped', 'push', 'echo shipped', 'shipped'],
    ['on main, since the previous commit if none has shipped', 'push', '', 'base'],
    ['on a pull request, since its base', 'pull_request', 'exit 1', 'base'],
  ])('lists what changed: %s', (_, event, gh, base) => {
    const { status, calls, read } = run(
      scriptOf('ship.yml', 'List the functions that changed'),
      { gh, node: 'echo \'["reminder"]\'' },
      { BASE: 'base', GITHUB_EVENT_NAME: event, GITHUB_OUTPUT: join(folder.path, 'output') },
    )
    expect(status).toBe(0)
    expect(calls).toMatch(new RegExp(`changed --since ${base}\n$`))
    expect(read('output')).toBe('functions=["reminder"]\n')
  })

  test('lists nothing if GitHub does not answer', () => {
    const { status, calls } = run(
      scriptOf('ship.yml', 'List the functions that changed'),
      { gh: 'exit 1', node: '' },
      { BASE: 'base', GITHUB_EVENT_NAME: 'push', GITHUB_OUTPUT: join(folder.path, 'output') },
    )
    expect(status).not.toBe(0)
    expect(calls).not.toContain('changed --since')
  })

  test('fails if the plan of a function fails, although its output is piped', () => {
    const plan = (node: string) => run(scriptOf('ship.yml', 'Plan'), { node }, { FUNCTION: 'reminder' })
    const { status, calls, read } = plan('echo planned')
    expect(status).toBe(0)
    expect(calls).toMatch(/main\.ts reminder --stage prod --dry-run\n$/)
    expect(read('summary')).toBe('planned\n')
    expect(plan('echo half; exit 1').status).not.toBe(0)
  })
})
