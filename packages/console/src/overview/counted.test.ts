import { countedOf, shareText } from './counted.ts'

const nothing = {
  registered: 0,
  confirmedBeforeReminder: 0,
  reminded: 0,
  confirmedAfterReminder: 0,
  withdrawn: 0,
  undeliverable: 0,
  lapsed: 0,
  botsRefused: 0,
  proofsMissing: 0,
  shareOfReminder: null,
}

test('each number has a bar, as long as its part of the largest', () => {
  const counted = countedOf({ ...nothing, registered: 10, reminded: 5, botsRefused: 20 })
  expect(counted.map(({ label, count, length }) => [label, count, length])).toEqual([
    ['Registered', 10, 0.5],
    ['Confirmed before the reminder', 0, 0],
    ['Reminded', 5, 0.25],
    ['Confirmed after the reminder', 0, 0],
    ['Withdrawn', 0, 0],
    ['Undeliverable', 0, 0],
    ['Lapsed', 0, 0],
    ['Refused as bots', 20, 1],
    ['Refused without a proof of work', 0, 0],
  ])
  expect(countedOf(nothing)).toEqual([])
})

test('the share is a figure and a sentence, or the sentence that there is none', () => {
  const confirmed = { confirmedBeforeReminder: 1500, confirmedAfterReminder: 500, shareOfReminder: 0.25 }
  expect(shareText({ ...nothing, ...confirmed })).toEqual({
    figure: '25 %',
    text: 'of all confirmations came after a reminder: 500 of 2,000.',
  })
  expect(shareText(nothing)).toEqual({ text: 'No one has confirmed yet.' })
})
