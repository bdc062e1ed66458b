import { growth } from '@confirmation-reminder/contracts/test/steps'
import { readRecord, recordsIn } from './event.ts'

const notification = (body: string) => ({ Records: [{ messageId: 'm', body }] })
const mailWith = (more: object) =>
  JSON.stringify({
    eventType: 'Delivery',
    mail: {
      timestamp: '2026-11-27T00:00:00.000Z',
      tags: { customer: ['0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11'], claim: ['a'] },
      ...more,
    },
  })

test.each<[string, (n: number) => object]>([
  ['no JSON', (n) => notification('['.repeat(n))],
  ['many headers', (n) => notification(mailWith({ headers: Array(n / 20).fill({ name: 'To', value: 'x' }) }))],
  ['a long tag', (n) => notification(mailWith({ tags: { customer: ['0'.repeat(n)], claim: ['a'] } }))],
  ['many tags', (n) => notification(mailWith({ tags: { customer: Array(n / 4).fill('0'), claim: ['a'] } }))],
  ['a long moment', (n) => notification(mailWith({ timestamp: '2'.repeat(n) }))],
  ['no JSON from SNS', (n) => ({ Records: [{ Sns: { Message: '['.repeat(n) } }] })],
  ['many records', (n) => ({ Records: Array(n / 20).fill({ messageId: 'm', body: mailWith({}) }) })],
])('the work to read an SES event with %s is proportional to its length', (_, event) => {
  const work = (n: number) => {
    const made = event(n)
    return () => {
      try {
        return recordsIn(made).map(readRecord)
      } catch {
        return undefined
      }
    }
  }
  expect(growth(work)).toBeLessThan(2.5)
})
