import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endOfHold, held, holdCommand, mustBeHeld, releases } from './hold.ts'

const loops = (text: string) =>
  [...text.matchAll(/for name in ([\w ]+); do/g)].map(([, names = '']) => names.split(' '))

test('erasures are repeated, and bounces and answers recorded, before mails go out again', () => {
  const text = endOfHold('dev').join('\n')
  expect(loops(text)).toEqual([releases.first, releases.last])
  const [erases, records, sends] = [
    text.indexOf('Erase again'),
    text.indexOf('feedback'),
    text.indexOf('reminder register'),
  ]
  const waits = text.indexOf('confirmation-reminder-dev-mail-events, confirmation-reminder-dev-mail-events-undelivered')
  const steps = [text.indexOf('once more'), erases, records, waits, sends]
  expect([...steps].sort((a, b) => a - b)).toEqual(steps)
  expect(steps).not.toContain(-1)
})

test('after the key was replaced, mails go out once no function uses the other one', () => {
  const text = (replacedMs?: number) => endOfHold('dev', replacedMs).join('\n')
  expect(text(Date.UTC(2026, 10, 27, 12))).toContain('the time is after 2026-11-27T12:10:00.000Z')
  expect(text()).not.toContain('the time is after')
})

test('the hold begins with the functions that send, and ends for all that it holds', () => {
  expect(loops(holdCommand('dev'))).toEqual([held])
  expect([...releases.last, ...releases.first]).toEqual(held)
  expect(held).toEqual(expect.arrayContaining([...mustBeHeld]))
})

test('the runbook holds and releases in the same order', () => {
  const runbook = readFileSync(join(__dirname, '../../../../docs/runbook.md'), 'utf8')
  const [, section = ''] = /^## Restore customers\n([\s\S]*?)\n## /m.exec(runbook) ?? []
  expect(loops(section)).toEqual([held, releases.first, releases.last])
  expect(section.indexOf('**Erase again**')).toBeGreaterThan(-1)
  expect(section.indexOf('**Erase again**')).toBeLessThan(section.indexOf('**End the hold**'))
})
