import { Summary } from './summary.ts'
import type { Verdict } from './verdict.ts'

function summaryOf(dryRun: boolean, ...rows: [runs: number, error: string, verdict: Verdict][]): Summary {
  const summary = new Summary(dryRun)
  for (const [runs, error, verdict] of rows) for (let n = 0; n < runs; n++) summary.add({ error, verdict })
  return summary
}

test('a line says how many runs ended with an error, and what became of them', () => {
  const summary = summaryOf(
    false,
    [2, 'SendInDoubt', 'needsDecision'],
    [1200, 'MailRefused', 'redrive'],
    [3, 'MailRefused', { refusedBecause: 'Execution redrivable period exceeded' }],
    [1, "it's mine", 'needsDecision'],
    [40, '-', 'redrivenByAnother'],
  )
  expect(summary.lines()).toEqual([
    '1,200  MailRefused  redriven',
    '   40  -            redriven by another command',
    '    3  MailRefused  cannot be redriven: Execution redrivable period exceeded',
    '    2  SendInDoubt  left for you to decide (docs/runbook.md); to redrive: --error SendInDoubt',
    "    1  it's mine    left for you to decide (docs/runbook.md); to redrive: --error 'it'\\''s mine'",
  ])
  expect(summary).toMatchObject({ seen: 1246, redriven: 1200, left: 6 })
})

test('after a dry run it says what would be redriven', () => {
  const summary = summaryOf(true, [1, 'MailRefused', 'redrive'], [1, 'Error', 'notSelected'])
  expect(summary.lines()).toEqual(['1  Error        not selected', '1  MailRefused  would be redriven'])
  expect(summary).toMatchObject({ left: 0 })
})
