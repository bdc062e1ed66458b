import { safeParse } from 'valibot'
import { lengthSeconds, parseQuietHours, QuietHoursText } from './quiet-hours.ts'

const read = (text: string) => safeParse(QuietHoursText, text)

test('quiet hours are two times of day and a time zone', () => {
  expect(read('21:00-08:30 Europe/Berlin').output).toEqual({
    fromMinute: 21 * 60,
    toMinute: 8 * 60 + 30,
    timeZone: 'Europe/Berlin',
  })
})

test.each([
  ['21:00-08:00', 11],
  ['12:00-14:30', 2.5],
])('%s lasts %d hours, over midnight or not', (text, hours) => {
  const quiet = parseQuietHours(`${text} Europe/Berlin`)
  expect(quiet && lengthSeconds(quiet)).toBe(hours * 3600)
})

test('an empty text means no quiet hours', () => {
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
