import { safeParse } from 'valibot'
import { QuietHoursText } from './quiet-hours.ts'

const read = (text: string) => safeParse(QuietHoursText, text)

test('quiet hours are two times of day and a time zone', () => {
  expect(read('21:00-08:30 Europe/Berlin').output).toEqual({
    fromMinute: 21 * 60,
    toMinute: 8 * 60 + 30,
    timeZone: 'Europe/Berlin',
  })
})

test('nothing means none', () => {
  expect(read('')).toMatchObject({ success: true, output: undefined })
})

test.each([
  '21:00-08:00',
  '21:00-08:00 Europe/Nowhere',
  '24:00-08:00 Europe/Berlin',
  '9:00-17:00 Europe/Berlin',
  '21:60-08:00 Europe/Berlin',
  '08:00-08:00 Europe/Berlin',
  '21:00 - 08:00 Europe/Berlin',
  'night',
])('%s is refused', (text) => {
  expect(read(text).success).toBe(false)
})
