import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const github = join(__dirname, '..', '..', '.github')
const ruleset = JSON.parse(readFileSync(join(github, 'ruleset.json'), 'utf8'))
const parameters = (type: string) => ruleset.rules.find((rule: { type: string }) => rule.type === type)?.parameters

const required: { context: string; integration_id: number }[] =
  parameters('required_status_checks').required_status_checks

/** The workflows that start on every pull request. With a filter, a pull request outside it could not be merged. */
const onEveryPullRequest = readdirSync(join(github, 'workflows'))
  .map((name) => readFileSync(join(github, 'workflows', name), 'utf8'))
  .filter((text) => /^ {2}pull_request:\n(?! {4}(paths|branches))/m.test(text))

/** The text of a job of these workflows. GitHub names a check after its job. */
const job = (name: string) =>
  onEveryPullRequest.flatMap(
    (text) => new RegExp(`^ {2}${name}:\\n((?: {3}.*\\n|\\n| {2}#.*\\n)+)`, 'm').exec(text) ?? [],
  )[1]

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

describe.each(required)('the required check $context', ({ context, integration_id }) => {
  test('is a job that reports on every pull request, also if a job that it needs has failed', () => {
    expect(job(context)).toMatch(/^ {4}if: .*(always\(\)|!cancelled\(\))/m)
    expect(job(context)).not.toMatch(/^ {4}(name|strategy):/m)
  })

  test('counts only if GitHub Actions reports it', () => {
    expect(integration_id).toBe(15368)
  })
})
