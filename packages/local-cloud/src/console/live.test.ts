import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MailRow } from '@confirmation-reminder/console/api'
import { LiveChannel } from './live.ts'

const channel = new LiveChannel()
let latest: ServerResponse | undefined
const server = createServer((_, response) => {
  latest = response
  channel.connect(response)
})
beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)))
afterAll(() => {
  channel.stop()
  server.close()
  server.closeAllConnections()
})

/** Opens a page's connection, and reads its messages one by one. */
async function open() {
  const { body } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  if (!body) throw new Error('There is no body.')
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    next: async () => {
      for (;;) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)\n\n/m.exec(text) ?? []
        if (event && data) {
          text = text.slice(text.indexOf(data) + data.length)
          return { event, data: JSON.parse(data) }
        }
        const { value, done } = await reader.read()
        if (done) return undefined
        text += value
      }
    },
    close: () => reader.cancel(),
  }
}

const mail = (id: number): MailRow => ({
  number: id,
  id: `${id}`,
  at: '2026-01-01T00:00:00Z',
  to: [],
  subject: `${id}`,
})

test('while no page is open, no row is computed', async () => {
  let computed = 0
  channel.changed('mails', 'x', () => {
    computed += 1
    return mail(1)
  })
  const page = await open()
  channel.changed('mails', 'y', () => mail(2))
  expect(await page.next()).toMatchObject({ data: { rows: [{ id: '2' }] } })
  expect(computed).toBe(0)
  await page.close()
})

test('changes go out together, each row once and as it then is, the last fifty of them', async () => {
  const page = await open()
  let subject = 'early'
  channel.changed('mails', 'x', () => ({ ...mail(0), subject }))
  for (let id = 1; id <= 59; id++) channel.changed('mails', `${id}`, async () => mail(id))
  channel.changed('mails', 'x', () => ({ ...mail(0), subject }))
  channel.changed('posts', 'none', () => undefined)
  channel.moved(async () => ({ now: 'now', offsetSeconds: 1 }))
  subject = 'late'
  const mails = await page.next()
  expect(mails).toMatchObject({ event: 'mails', data: { more: 10 } })
  expect(mails?.data.rows.map(({ id }: MailRow) => Number(id))).toEqual(Array.from({ length: 50 }, (_, at) => at + 10))
  expect(await page.next()).toEqual({ event: 'posts', data: { rows: [], more: 0 } })
  expect(await page.next()).toEqual({ event: 'clock', data: { now: 'now', offsetSeconds: 1 } })
  channel.changed('mails', 'x', () => ({ ...mail(0), subject }))
  expect(await page.next()).toMatchObject({ event: 'mails', data: { rows: [{ subject: 'late' }], more: 0 } })
  await page.close()
})

test('a row that cannot be computed does not stop those after it', async () => {
  const page = await open()
  channel.changed('mails', 'x', () => {
    throw new Error('gone')
  })
  channel.changed('posts', 'none', () => undefined)
  expect(await page.next()).toMatchObject({ event: 'mails', data: { rows: [] } })
  expect(await page.next()).toMatchObject({ event: 'posts' })
  await page.close()
})

test('a HEAD request gets the headers, and does not stay open', async () => {
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method: 'HEAD' })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect(latest?.writableEnded).toBe(true)
})
