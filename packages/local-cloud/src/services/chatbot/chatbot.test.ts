import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '../../core/clock.ts'
import type { ChatbotChannel } from '../../core/stack-model.ts'
import { openStore, type Store } from '../../core/store.ts'
import { startChatbot } from './chatbot.ts'

const topic = 'arn:aws:sns:eu-central-1:000000000000:notify'
const onCall: ChatbotChannel = { name: 'confirmation-reminder-dev-slack', slackChannelId: 'C01', topicArns: [topic] }
const shown = JSON.stringify({ version: '1.0', source: 'custom', content: { description: 'Look here' } })

const clock = new VirtualClock()
let folder: string
let store: Store
let logged: string[]
let counted: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatbot-'))
  store = await openStore(folder)
  logged = []
  counted = []
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})
afterAll(() => clock.stop())

const start = (channels = [onCall]) =>
  startChatbot({
    store,
    clock,
    channels,
    log: (line) => logged.push(line),
    record: (metric, { ConfigurationName }) => counted.push(`${ConfigurationName} ${metric}`),
  })

test('a message becomes a post in every channel that subscribes to its topic', async () => {
  const chatbot = await start([
    onCall,
    { ...onCall, name: 'other', slackChannelId: 'C02' },
    { ...onCall, topicArns: ['x'] },
  ])
  await chatbot.receive(topic, shown)
  const posts = await chatbot.list()
  expect(posts.map(({ channel }) => channel)).toEqual(['C01', 'C02'])
  expect(posts[0]).toMatchObject({ topic, kind: 'custom', text: 'Look here', at: expect.stringMatching(/Z$/) })
  expect(posts[0]).not.toHaveProperty('dropped')
  expect(counted).toContain('confirmation-reminder-dev-slack EventsProcessed')
  expect(counted).toContain('other MessageDeliverySuccess')
})

test('a message that Chatbot cannot show is stored with the reason, logged and counted', async () => {
  const chatbot = await start()
  await chatbot.receive(topic, 'A run failed', 'm1')
  expect(await chatbot.list()).toMatchObject([{ kind: 'unsupported', dropped: 'The message is not a JSON object.' }])
  expect(logged).toEqual([
    `Chatbot drops message m1 of ${topic}, and Slack never shows it: The message is not a JSON object.`,
  ])
  expect(counted).toEqual(['confirmation-reminder-dev-slack UnsupportedEvents'])
})

test('posts are read by their keys, and published with them when they are durable', async () => {
  const chatbot = await start()
  await chatbot.receive(topic, shown, 'm1')
  const published: string[] = []
  chatbot.onPost((key, { messageId }) => published.push(`${key} ${messageId}`))
  for (const id of ['m1', 'm2', 'm3']) await chatbot.receive(topic, shown, id)
  const entries = await chatbot.entries()
  expect(entries.map(([, { messageId }]) => messageId)).toEqual(['m1', 'm2', 'm3'])
  expect(published).toEqual(entries.slice(1).map(([key, { messageId }]) => `${key} ${messageId}`))
  const keys = entries.map(([key]) => key)
  expect((await chatbot.get([keys[2] ?? '', keys[0] ?? ''])).map(({ messageId }) => messageId)).toEqual(['m3', 'm1'])
  expect([...keys].sort()).toEqual(keys)
})

test('posts outlast a restart, in order, and a message that is delivered again is not posted again', async () => {
  const first = await start()
  for (const id of ['m1', 'm2', 'm3']) await first.receive(topic, shown, id)
  await store.close()
  store = await openStore(folder)
  const second = await start()
  for (const id of ['m3', 'm4']) await second.receive(topic, shown, id)
  expect((await second.list()).map(({ messageId }) => messageId)).toEqual(['m1', 'm2', 'm3', 'm4'])
})
