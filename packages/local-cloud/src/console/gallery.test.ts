import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brand } from '@confirmation-reminder/contracts/test/brand'
import { isGallery, writeGallery } from './gallery.ts'

const sending = {
  BRAND: brand,
  PUBLIC_URL: 'https://api.example.com',
  MAIL_SENDER: 'hello@example.com',
  MAIL_REPLY_TO: 'hello@example.com',
  MAIL_CONFIGURATION_SET: 'mail',
}
const server = createServer((request, response) => {
  void writeGallery(new URL(`http://local${request.url}`), sending, response)
})
beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)))
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
const get = (path: string, method = 'GET') =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method, redirect: 'manual' })

test('a sample shows how the stack sends', async () => {
  const answer = await get('/_local/gallery/mail-reminder/en')
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('https://api.example.com/confirm?token=')
})

test('HEAD has the length and no body', async () => {
  const answer = await get('/_local/gallery', 'HEAD')
  expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(1000)
  expect(await answer.text()).toBe('')
})

test('the short address leads to the same, with the token', async () => {
  const answer = await get('/gallery/mail-reminder/de?token=t')
  expect([answer.status, answer.headers.get('location')]).toEqual([307, '/_local/gallery/mail-reminder/de?token=t'])
})

test.each([
  ['/gallery', true],
  ['/gallery/all/en', true],
  ['/_local/gallery', true],
  ['/_local/gallery/all/en', true],
  ['/galleries', false],
  ['/_local/galleries', false],
  ['/x/gallery', false],
])('the path %s belongs to the gallery: %s', (path, belongs) => {
  expect(isGallery(path)).toBe(belongs)
})
