import { join } from 'node:path'
import { MailEvent, withEventType } from '@confirmation-reminder/contracts/mail-event'
import { Notification } from '@confirmation-reminder/contracts/notification'
import { is, parse } from 'valibot'
import { breakingChanges } from './compatibility.ts'
import { readSamples } from './samples.ts'

test('every event that was ever released is still read, whole', () => {
  const samples = readSamples(join(__dirname, '../../../contracts/samples'), 'feedback')
  expect(samples.length).toBeGreaterThan(0)
  for (const { version, payload } of samples) {
    for (const record of parse(Notification, payload).Records) {
      const text = 'body' in record ? record.body : record.Sns.Message
      const { notificationType, ...event } = Object(withEventType(JSON.parse(text)))
      expect(breakingChanges('feedback', MailEvent, { version, payload: event })).toEqual([])
    }
  }
})

test('eventType and notificationType are the same, and the former goes first', () => {
  expect(withEventType({ notificationType: 'Bounce' })).toMatchObject({ eventType: 'Bounce' })
  expect(withEventType({ eventType: null, notificationType: 'Bounce' })).toMatchObject({ eventType: 'Bounce' })
  expect(withEventType({ eventType: 'Send', notificationType: 'Bounce' })).toMatchObject({ eventType: 'Send' })
  for (const message of [null, 7, 'Bounce', [], {}, undefined]) expect(withEventType(message)).toBe(message)
})

test.each(['yesterday', '2026-11-23T12:00:00+00', '', '2026-13-01T00:00:00Z'])('%j is no time', (timestamp) => {
  expect(is(MailEvent, { eventType: 'Send', mail: { timestamp } })).toBe(false)
})
