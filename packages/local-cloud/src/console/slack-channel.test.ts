import type { SlackEntry } from '@confirmation-reminder/console/api'
import { alarmIn, type Post, SlackChannel } from './slack-channel.ts'

const alarm = (name: string, states: string): Omit<Post, 'messageId' | 'at'> => ({
  kind: 'alarm',
  title: `:white_check_mark: CloudWatch Alarm | ${name} | eu-west-1 | Account: 000000000000`,
  text: `*For customers*: nothing\n\n*State*: ${states}\n*Reason*: none`,
})
const failure = (thread: string): Omit<Post, 'messageId' | 'at'> => ({
  kind: 'custom',
  title: ':x: 1 run',
  text: 'x',
  thread,
})

/** A channel with these messages, and what posts another one. */
function channelWith(...messages: Omit<Post, 'messageId' | 'at'>[]) {
  const stored = messages.map(
    (message, n): Post => ({ ...message, messageId: `m${n}`, at: '2026-11-27T10:00:00.000Z' }),
  )
  let listen = (_key: string, _post: Post) => {}
  const keyOf = (n: number) => String(n).padStart(12, '0')
  const channel = new SlackChannel(
    {
      entries: async () => stored.map((post, n) => [keyOf(n), post]),
      get: async (keys) => keys.flatMap((key) => stored[Number(key)] ?? []),
      onPost: (listener) => {
        listen = listener
      },
    },
    'C01',
  )
  const post = (message: Omit<Post, 'messageId' | 'at'>) => {
    const one = { ...message, messageId: `m${stored.length}`, at: '2026-11-27T10:00:00.000Z' }
    stored.push(one)
    listen(keyOf(stored.length - 1), one)
  }
  return { channel, post }
}

/** The ids of the messages of each entry, newest entry first. */
const shown = (entries: SlackEntry[]) =>
  entries.map((entry) => {
    const messages = entry.kind === 'firstOk' ? entry.messages : [entry.message, ...entry.replies]
    return `${entry.kind} ${messages.map(({ id }) => id).join(' ')}`
  })
const page = async ({ channel }: ReturnType<typeof channelWith>, after?: number, limit = 50) =>
  await channel.page({ after, limit })

test('new alarms that report OK for the first time are one entry', async () => {
  const names = Array.from({ length: 29 }, (_, n) => `alarm-${n}`)
  const { rows } = await page(channelWith(...names.map((name) => alarm(name, 'INSUFFICIENT_DATA → OK'))))
  expect(rows).toHaveLength(1)
  expect(rows[0]?.kind === 'firstOk' && rows[0].messages.map(({ alarm }) => alarm?.name)).toEqual(names)
})

test('every other change of an alarm is a message of its own', async () => {
  const given = channelWith(
    alarm('a', 'INSUFFICIENT_DATA → OK'),
    alarm('b', 'INSUFFICIENT_DATA → ALARM'),
    alarm('a', 'OK → INSUFFICIENT_DATA'),
    alarm('a', 'INSUFFICIENT_DATA → OK'),
    alarm('b', 'ALARM → OK'),
    alarm('c', 'INSUFFICIENT_DATA → OK'),
  )
  expect(shown((await page(given)).rows)).toEqual([
    'firstOk m5',
    'message m4',
    'message m3',
    'message m2',
    'message m1',
    'firstOk m0',
  ])
})

test('replies are below the message that began their thread, also those that come later', async () => {
  const given = channelWith(failure('today'), alarm('a', 'OK → ALARM'), failure('today'), failure('tomorrow'))
  expect(shown((await page(given)).rows)).toEqual(['message m3', 'message m1', 'message m0 m2'])
  given.post(failure('today'))
  given.post(alarm('b', 'INSUFFICIENT_DATA → OK'))
  expect(shown((await page(given)).rows)).toEqual(['firstOk m5', 'message m3', 'message m1', 'message m0 m2 m4'])
})

test('pages go from the newest to the oldest, and say how much there is', async () => {
  const given = channelWith(...['a', 'b', 'c', 'd', 'e'].map((thread) => failure(thread)))
  const first = await page(given, undefined, 2)
  expect([shown(first.rows), first.total, first.next]).toEqual([['message m4', 'message m3'], 5, '3'])
  // A message that comes in between moves nothing on older pages.
  given.post(failure('f'))
  const second = await page(given, Number(first.next), 2)
  expect([shown(second.rows), second.next]).toEqual([['message m2', 'message m1'], '1'])
  expect(await page(given, 1, 2)).not.toHaveProperty('next')
})

test('a message that Slack never shows has the reason', async () => {
  const { rows } = await page(channelWith({ kind: 'unsupported', title: '', text: '', dropped: 'not JSON' }))
  expect(rows).toMatchObject([{ kind: 'message', message: { dropped: 'not JSON', alarm: null } }])
})

test('the states are those of the fields, also if the description of the alarm has such a line', () => {
  const post = { ...alarm('a | b', 'OK → ALARM'), text: '*State*: fine → better\n\n*State*: OK → ALARM\n*Reason*: x' }
  expect(alarmIn(post)).toEqual({ name: 'a | b', from: 'OK', to: 'ALARM' })
  expect(alarmIn(alarm('a', 'OK'))).toEqual({ name: 'a', from: '', to: 'OK' })
  expect(alarmIn({ ...alarm('a', 'OK'), kind: 'custom' })).toBeNull()
})
