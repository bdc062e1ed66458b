import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { writeClaim } from './claim.ts'
import { configDrift } from './config-drift.ts'
import type { Alias } from './deployed-function.ts'
import { planOf, printed, printedUnseen } from './plan.ts'

const build = { sha256Base64: 'new' }
const nowMs = Date.parse('2026-11-23T10:00:00Z')

function found(
  changes: {
    alias?: Partial<Alias>
    live?: Partial<FunctionConfiguration>
    latest?: Partial<FunctionConfiguration>
  } = {},
) {
  const configuration = { Timeout: 30, Environment: { Variables: { TABLE: 'a' } } }
  return {
    alias: { version: '4', weights: {}, description: 'reminder 0.1.0', revisionId: 'r', ...changes.alias },
    live: { ...configuration, Version: '4', CodeSha256: 'old', RevisionId: 'v', ...changes.live },
    latest: { ...configuration, Version: '$LATEST', CodeSha256: 'old', RevisionId: 'l', ...changes.latest },
  }
}
const plan = (changes?: Parameters<typeof found>[0], canaryMinutes = 5) =>
  planOf({ build, deployed: found(changes), canaryMinutes, nowMs, rollback: 'ROLLBACK' })
const claim = (by: string, aliveUntilMs: number) => writeClaim({ id: '1', what: 'reminder 0.2.0', by, aliveUntilMs })
const splitBy = (description: string) => ({ alias: { weights: { 5: 0.1 }, description } })

test('new code is uploaded and released', () => {
  expect(plan()).toMatchObject({ upload: true, release: true, from: '4', drift: [], repair: false })
})

test('if live already is this code, nothing is published, even if $LATEST differs', () => {
  expect(plan({ live: { CodeSha256: 'new' }, latest: { CodeSha256: 'new' } })).toMatchObject({ release: false })
  expect(plan({ live: { CodeSha256: 'new' } })).toMatchObject({ release: false })
})

test('code that was uploaded but never released is not uploaded again', () => {
  expect(plan({ latest: { CodeSha256: 'new' } })).toMatchObject({ upload: false, release: true })
})

test('a configuration that Terraform changed is released, even with the same code, and named without its values', () => {
  const latest = { CodeSha256: 'new', Timeout: 60, Environment: { Variables: { TABLE: 'secret', MORE: '1' } } }
  const drifted = plan({ live: { CodeSha256: 'new' }, latest })
  expect(drifted).toMatchObject({
    release: true,
    upload: false,
    drift: ['Timeout', 'variable MORE', 'variable TABLE'],
  })
  expect(printed(drifted, { ...build, description: '' }).join()).not.toContain('secret')
})

test('what only identifies a version is not config drift', () => {
  const { live, latest } = found({ latest: { LastModified: 'now', Description: 'x', State: 'Active', CodeSize: 9 } })
  expect(configDrift(live, latest)).toEqual([])
})

test('a concurrent ship is named, and nothing is planned', () => {
  const theirs = splitBy(claim('ada@elsewhere:7', nowMs + 1))
  expect(() => plan(theirs)).toThrow(expect.objectContaining({ exitCode: 4 }))
  expect(() => plan(theirs)).toThrow(
    /ada@elsewhere:7 is shipping reminder 0\.2\.0; live is version 4, with 10 % to version 5.*"ROLLBACK --to 4"/,
  )
})

test('a crashed ship is reported and repaired, even if there is nothing left to release', () => {
  const dead = { ...splitBy(claim('ada@elsewhere:7', nowMs)), live: { CodeSha256: 'new' } }
  expect(plan(dead)).toMatchObject({
    repair: true,
    release: false,
    found:
      'The ship of reminder 0.2.0 by ada@elsewhere:7 ended half-way, and live is version 4, with 10 % to version 5.',
  })
})

test('a manual traffic split is left alone', () => {
  expect(() => plan(splitBy('an experiment'))).toThrow(/this command did not split the traffic.*"ROLLBACK --to 4"/)
})

test('an alias on $LATEST is refused, because an upload would be live at once', () => {
  expect(() => plan({ alias: { version: '$LATEST' } })).toThrow(/live before it is tested.*"ROLLBACK --to <version>"/)
})

test('the plan is printed step by step', () => {
  const lines = printed(plan(), { ...build, description: 'reminder 0.2.0, commit 1234' })
  expect(lines).toEqual([
    'Upload the code, new.',
    'Publish it as reminder 0.2.0, commit 1234.',
    'Try the new version with every payload that was ever released.',
    'Give it 10 % of the calls of live for 5 minutes, and watch errors and alarms.',
    'Give it all calls, which version 4 has now.',
  ])
  expect(printed(plan({}, 0), { ...build, description: '' }).join()).not.toContain('10 %')
})

test('without credentials the steps are printed, with a note that the live version is unknown', () => {
  expect(printedUnseen({ ...build, description: 'reminder 0.2.0, commit 1234' }, 5)).toEqual([
    expect.stringContaining('Without credentials the live version is unknown.'),
    'Upload the code, new.',
    'Publish it as reminder 0.2.0, commit 1234.',
    'Try the new version with every payload that was ever released.',
    'Give it 10 % of the calls of live for 5 minutes, and watch errors and alarms.',
    'Give it all calls.',
  ])
})
