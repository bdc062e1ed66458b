import { examples } from '@confirmation-reminder/contracts/examples'
import fc from 'fast-check'
import { readDeadLetter } from './dead-letter.ts'

/** What EventBridge adds to an event. */
const around = {
  version: '0',
  id: 'the-id',
  account: '0',
  time: '2026-11-23T12:00:00Z',
  region: 'eu-west-1',
  resources: [],
}

test.each(Object.entries(examples.events))('the event %s is put on the bus as it was', (_, event) => {
  const read = readDeadLetter(JSON.stringify({ ...around, ...event }))
  if ('fault' in read) throw new Error(read.fault)
  const { Detail = '', ...entry } = read.entry
  expect(read.id).toBe('the-id')
  expect(entry).toEqual({ Source: event.source, DetailType: event['detail-type'], Time: new Date(around.time) })
  expect(JSON.parse(Detail)).toEqual(event.detail)
})

test('the detail of an event that a later release added goes along, whatever is in it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.uuid(), (more, eventId) => {
      const event = { ...around, source: 'confirmation-reminder', 'detail-type': 'Customer Pleased' }
      // As text, because a member may be `__proto__`.
      const detail = JSON.stringify({ ...more, eventId })
      const read = readDeadLetter(`${JSON.stringify(event).slice(0, -1)},"detail":${detail}}`)
      expect(read).toMatchObject({ entry: { Detail: JSON.stringify(JSON.parse(detail)) } })
    }),
  )
})

test.each([
  ['text', 'ada@example.com', 'it is not JSON'],
  ['a value', '"ada@example.com"', 'it is not an object'],
  ['an event of another source', { source: 'ada@example.com' }, '"source" is missing or wrong'],
  ['an event without a type', { 'detail-type': undefined }, '"detail-type" is missing or wrong'],
  ['an event without a time', { time: 'ada@example.com' }, '"time" is missing or wrong'],
  ['an event whose detail is a list', { detail: ['ada@example.com'] }, /^"detail/],
  ['an event without its own id', { detail: { address: 'ada@example.com' } }, '"detail.eventId" is missing or wrong'],
])('%s is no event, and the fault has none of its values', (_, changed, fault) => {
  const [event] = Object.values(examples.events)
  const body = typeof changed === 'string' ? changed : JSON.stringify({ ...around, ...event, ...changed })
  const read = readDeadLetter(body)
  expect(read).toEqual({ fault: typeof fault === 'string' ? fault : expect.stringMatching(fault) })
  expect(JSON.stringify(read)).not.toContain('ada@')
})

test('any text is read, or has a fault', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      expect(readDeadLetter(body)).toEqual({ fault: expect.any(String) })
    }),
  )
})
