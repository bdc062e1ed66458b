import { percent, seriesOf, stagesOf } from './bars.ts'

const none = { confirmed: 0, withdrawn: 0, undeliverable: 0, lapsed: 0, waiting: 0 }
const funnel = {
  ...{ registered: 200, withoutReminder: { ...none, confirmed: 100, withdrawn: 1, waiting: 19 } },
  ...{ reminded: 80, afterReminder: { ...none, confirmed: 30, lapsed: 20, waiting: 30 } },
}

test('each stage has its share of the registrations', () => {
  const shares = stagesOf(funnel).map(({ label, share }) => [label, percent(share)])
  expect(shares.filter(([, share]) => share !== '0 %')).toEqual([
    ['Registered', '100 %'],
    ['Confirmed before the reminder', '50 %'],
    ['Withdrawn before the reminder', '0.5 %'],
    ['Waiting before the reminder', '9.5 %'],
    ['Reminded', '40 %'],
    ['Confirmed after it', '15 %'],
    ['Lapsed after it', '10 %'],
    ['Waiting after it', '15 %'],
  ])
  const empty = { registered: 0, withoutReminder: none, reminded: 0, afterReminder: none }
  expect(stagesOf(empty).every(({ share }) => share === 0)).toBe(true)
})

test('each series has its own scale and its sum', () => {
  const bucket = (registered: number, errors: number) => ({
    at: `${registered}`,
    registered,
    errors,
    confirmed: 0,
    reminded: 0,
    withdrawn: 0,
  })
  const [registrations, reminders, , errors] = seriesOf([bucket(10, 0), bucket(5, 1)])
  expect(registrations).toMatchObject({ total: 15, most: 10, bars: [{ height: 1 }, { height: 0.5 }] })
  expect(errors).toMatchObject({ total: 1, bars: [{ height: 0 }, { height: 1 }] })
  expect(reminders?.bars.map(({ height }) => height)).toEqual([0, 0])
})
