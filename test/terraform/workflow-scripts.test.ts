import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { scratchFolder } from '@confirmation-reminder/cli/test/scratch-folder'

// Runs the scripts of the workflows as GitHub does, with fakes for the commands that need a network.

/** The script of a step, by the step's name. */
function scriptOf(workflow: string, step: string): string {
  const text = readFileSync(join(__dirname, '..', '..', '.github', 'workflows', workflow), 'utf8')
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

describe('deploy', () => {
  const step = 'Apply the reviewed plan'
  const apply = (digest: string) => {
    mkdirSync(join(folder.path, 'planned/stacks/confirmation-reminder-prod'), { recursive: true })
    folder.write('review/digest', 'reviewed\n')
    return run(scriptOf('deploy.yml', step), { terraform: '', npm: digest })
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

  test.each([
    ['no pull request led to main', 'case "$*" in *pulls*) ;; esac', /no pull request with a reviewed plan/],
    [
      'main has another plan',
      'case "$*" in *pulls*) echo sha ;; "run list"*) echo 1 ;; *) mkdir -p reviewed; echo other > reviewed/digest ;; esac',
      /differs from the reviewed plan/,
    ],
  ])('stops where %s', (_, gh, message) => {
    folder.write('review/digest', 'digest\n')
    const { status, stdout } = run(
      scriptOf('deploy.yml', 'Compare with the reviewed plan'),
      { gh },
      { GITHUB_SHA: 's' },
    )
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
  const comment = (gh: string) =>
    run(
      scriptOf('plan.yml', 'Create or update the comment'),
      { gh },
      {
        COMMENTS: 'repos/o/r/issues/1/comments',
        HEAD: 'sha',
        STAGES: 'dev prod',
      },
    )

  test('creates one comment, and updates it the next time', () => {
    folder.write('reports/report-dev/comment.md', '### dev: No changes.\n')
    folder.write('reports/report-prod/comment.md', '### prod: No changes.\n')
    const first = comment('')
    expect(first.read('comment.md')).toBe(
      '<!-- plan-report -->\nWhat sha would change ([the run](https://github.example/o/r/actions/runs/7)):\n\n### dev: No changes.\n\n### prod: No changes.\n',
    )
    expect(first.calls).toContain('gh api repos/o/r/issues/1/comments --field body=@comment.md')
    expect(comment('printf "42\\n43\\n"').calls).toContain('gh api --method PATCH repos/o/r/issues/comments/42 ')
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

  test('says which stage could not be planned, and fails', () => {
    folder.write('reports/report-dev/comment.md', '### dev: No changes.\n')
    folder.write('reports/report-dev/verdict', '0\n')
    expect(comment('').read('comment.md')).toMatch(/### dev: No changes\.\n\n### prod: could not be planned\./)
    const { status, stdout } = run(
      scriptOf('plan.yml', 'Fail until a reviewer accepts the dangers'),
      {},
      { STAGES: 'dev prod' },
    )
    expect(stdout).toMatch(/^::error::prod: see the comment .*\n$/)
    expect(status).toBe(1)
  })

  const report = (npm: string) => run(scriptOf('plan.yml', 'Report'), { npm }, { LABELS: 'bug' })

  test('keeps the verdict for the comment to fail on, but stops at once at wrong input', () => {
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
