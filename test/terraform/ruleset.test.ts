import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const github = join(__dirname, '..', '..', '.github')
const read = (path: string) => readFileSync(join(github, path), 'utf8')
const ruleset = JSON.parse(read('ruleset.json'))
const parameters = (type: string) => ruleset.rules.find((rule: { type: string }) => rule.type === type)?.parameters

const required: { context: string; integration_id: number }[] =
  parameters('required_status_checks').required_status_checks

const workflows = readdirSync(join(github, 'workflows')).map((name) => read(join('workflows', name)))

/** The workflows that start on every pull request. With a filter, a pull request outside it could not be merged. */
const onEveryPullRequest = workflows.filter((text) => /^ {2}pull_request:\n(?! {4}(paths|branches))/m.test(text))

/** Whether a job of these has the name, which is also that of its check, and runs if a job that it needs has failed. */
function isJob(context: string) {
  const job = new RegExp(`^ {2}${context}:\\n((?: {3}.*\\n|\\n| {2}#.*\\n)+)`, 'm')
  const text = onEveryPullRequest.flatMap((workflow) => job.exec(workflow) ?? [])[1] ?? ''
  return /^ {4}if: .*(always\(\)|!cancelled\(\))/m.test(text) && !/^ {4}(name|strategy):/m.test(text)
}

/** What a workflow runs: its own text, and the scripts that it names. */
const withScripts = (workflow: string) =>
  [workflow, ...(workflow.match(/(?<=\.github\/)scripts\/[\w-]+\.sh/g) ?? []).map((path) => read(path))].join('\n')

/** Whether a workflow sets it as the status of a commit, as the workflow stands on main. */
const isStatus = (context: string) =>
  workflows.some((text) => /^ {2}workflow_run:/m.test(text) && withScripts(text).includes(`context=${context} `))

test('the ruleset protects main without exceptions, and requires checks', () => {
  expect(ruleset).toMatchObject({ enforcement: 'active', bypass_actors: [] })
  expect(ruleset.conditions.ref_name).toEqual({ include: ['~DEFAULT_BRANCH'], exclude: [] })
  expect(ruleset.rules.map(({ type }: { type: string }) => type)).toEqual(
    expect.arrayContaining(['deletion', 'non_fast_forward', 'pull_request', 'required_status_checks']),
  )
  expect(required.length).toBeGreaterThan(1)
})

test('a review is of the last commit, and by an owner of the code', () => {
  expect(parameters('pull_request')).toMatchObject({
    require_code_owner_review: true,
    require_last_push_approval: true,
    dismiss_stale_reviews_on_push: true,
  })
})

test.each(required)(
  'the required check $context is reported, and counts only if GitHub Actions reports it',
  (check) => {
    expect([isJob(check.context), isStatus(check.context)]).toContain(true)
    expect(check.integration_id).toBe(15368)
  },
)

test('a check that nothing reports is found', () => {
  for (const context of ['absent', 'check', 'drift'])
    expect([context, isJob(context), isStatus(context)]).toEqual([context, false, false])
})
