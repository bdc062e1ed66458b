import { errorNames } from '@confirmation-reminder/contracts/errors'
import { badEndings } from '@confirmation-reminder/contracts/failed-run'
import { needDecision } from '@confirmation-reminder/contracts/redrive'
import { type FakeRun, failedRun } from './test/step-functions.ts'
import { judge, type Verdict } from './verdict.ts'

const refused = {
  redriveStatus: 'NOT_REDRIVABLE',
  redriveStatusReason: 'Execution redrivable period exceeded',
} as const

test.each<[string, Partial<FakeRun>, string[], Verdict]>([
  ['a failed run', {}, [], 'redrive'],
  ['a run that timed out', { status: 'TIMED_OUT', error: '' }, [], 'redrive'],
  ['an error that is not ours', { error: 'Lambda.Unknown' }, [], 'redrive'],
  ['a run in doubt', { error: 'SendInDoubt' }, [], 'needsDecision'],
  ['a run in doubt that was named', { error: 'SendInDoubt' }, ['MailRefused', 'SendInDoubt'], 'redrive'],
  ['a stopped run', { status: 'ABORTED', error: 'MailRefused' }, [], 'needsDecision'],
  ['a stopped run that was named', { status: 'ABORTED', error: '' }, ['Aborted'], 'redrive'],
  ['another error than the named one', {}, ['MailThrottled'], 'notSelected'],
  ['a run that is open again', { status: 'RUNNING', error: '' }, [], 'redrivenByAnother'],
  ['a run that has succeeded since', { status: 'SUCCEEDED', error: '' }, [], 'redrivenByAnother'],
  ['a run that was redriven and failed again', { redriveCount: 1 }, [], 'redrivenByAnother'],
  ['a run that ended too long ago', refused, [], { refusedBecause: 'Execution redrivable period exceeded' }],
])('%s', (_, changes, errors, verdict) => {
  expect(judge(failedRun(changes), 0, errors).verdict).toEqual(verdict)
})

test('a run that ended without an error has the name that its post in Slack has', () => {
  const names = badEndings.map((status) => judge(failedRun({ status, error: '' }), 0, []).error)
  expect(names).toEqual(['UnnamedError', 'States.Timeout', 'Aborted'])
})

test.each(Object.values(errorNames))('%s is redriven by default unless a person has to decide first', (error) => {
  const expected = needDecision.includes(error) ? 'needsDecision' : 'redrive'
  expect(judge(failedRun({ error }), 0, [])).toEqual({ error, verdict: expected })
  expect(judge(failedRun({ error }), 0, [error])).toEqual({ error, verdict: 'redrive' })
})
