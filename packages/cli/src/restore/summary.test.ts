import type { Fate } from './restore.ts'
import { Summary } from './summary.ts'

function summaryOf(...fates: Fate[]): Summary {
  const summary = new Summary()
  for (const [n, fate] of fates.entries()) summary.add({ fate, customerId: `c${n}`, traceId: `t${n}` })
  return summary
}

test('it counts each fate, and lists those about whom a person has to decide', () => {
  const summary = summaryOf('lost', 'unchanged', 'confirmed', 'unchanged', 'lost')
  expect(summary.lines()).toEqual([
    '2  unchanged  restored as they were',
    '1  confirmed  confirmed since, but their consent is lost: restored as pending, without reminders; their links still confirm',
    '2  lost       registered since, and lost: their addresses are in no table',
  ])
  expect(summary.list()).toEqual(['confirmed c2 t2', 'lost c0 t0', 'lost c4 t4'])
  expect(summary).toMatchObject({ seen: 5, left: 3 })
})

test('nothing to decide', () => {
  expect(summaryOf('withdrawn', 'lapsed', 'kept')).toMatchObject({ left: 0 })
  expect(summaryOf().lines()).toEqual([])
})
