import type { Fate } from './redeliver.ts'
import { Summary } from './summary.ts'

const sumOf = (...fates: Fate[]) => {
  const summary = new Summary()
  for (const one of fates) summary.add(one)
  return summary
}
const delivered: Fate = { fate: 'delivered' }

test('what was delivered is counted in one line', () => {
  expect(sumOf().line()).toBe('0 events delivered again')
  expect(sumOf(delivered).line()).toBe('1 event delivered again')
  const three = sumOf(delivered, delivered, delivered)
  expect([three.line(), three.left, three.notes]).toEqual(['3 events delivered again', 0, []])
})

test('what stays in the queue is counted too, and named where a person has to look at it', () => {
  const summary = sumOf(
    delivered,
    { fate: 'refusedAgain' },
    { fate: 'noEvent', messageId: 'm1', why: 'it is not JSON' },
    { fate: 'notAccepted', messageId: 'm2', why: 'InternalFailure: later' },
  )
  expect(summary.line()).toBe(
    '1 event delivered again, 1 refused again by the webhook, 1 not accepted by the event bus, 1 message left that is no event',
  )
  expect([summary.seen, summary.left]).toEqual([4, 3])
  expect(summary.notes).toEqual([
    'Message m1 is no event about a customer, and stays in the queue: it is not JSON.',
    'The event bus does not accept message m2, which stays in the queue. InternalFailure: later',
  ])
})
