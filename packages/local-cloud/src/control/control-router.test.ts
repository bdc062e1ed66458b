import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LiveChannel } from '../console/live.ts'
import { Problem } from '../gateway/problem.ts'
import { sendingOf } from '../wiring/sending.ts'
import { answerUnsigned } from './control-router.ts'

const live = new LiveChannel()
const mail = async (number = '') => {
  if (number !== '7') throw new Problem(404, 'No such mail', 'There is no mail of this number.')
  return { html: '<p onclick="alert()">Hello</p><script>alert()</script>', text: '' }
}
const shown = { live, mail, sending: sendingOf({ functions: [] }) }
const server = createServer(answerUnsigned({ '/_local/health': { GET: () => ({ status: 'ok' }) } }, shown))
beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)))
afterAll(() => {
  live.stop()
  server.close()
  server.closeAllConnections()
})

const ask = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method, headers })
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

test.each([
  ['GET', '/', 200, 'text/html; charset=utf-8'],
  ['GET', '/?token=any', 200, 'text/html; charset=utf-8'],
  ['GET', '/_local/health', 200, 'application/json'],
  ['GET', '/_local/events', 200, 'text/event-stream'],
  ['GET', '/console/mail/7', 200, 'text/html; charset=utf-8'],
  ['GET', '/console/mail/8', 404, 'application/problem+json'],
  ['GET', '/_local/gallery', 200, 'text/html; charset=utf-8'],
  ['HEAD', '/_local/gallery/all/de', 200, 'text/html; charset=utf-8'],
  ['GET', '/_local/gallery/mail-none/de', 404, 'text/html; charset=utf-8'],
  ['POST', '/_local/gallery', 404, 'application/problem+json'],
  ['POST', '/', 404, 'application/problem+json'],
  ['GET', '/elsewhere', 404, 'application/problem+json'],
  ['GET', '/console/0123456789abcdef.js', 404, 'application/problem+json'],
  ['GET', '/?Action=DeleteTable&X-Amz-Credential=a', 404, 'application/problem+json'],
  ['GET', '/?token=any&Action=DeleteTable', 404, 'application/problem+json'],
])('%s %s is %d', async (method, path, status, type) => {
  const answer = await ask(path, method)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type])
  await answer.body?.cancel()
})

test('a browser gets the shell for the path of any page, and no program does', async () => {
  for (const path of ['/runs', '/runs/a%20b?token=any', '/elsewhere/']) {
    expect((await ask(path, 'GET', html)).status).toBe(200)
    expect((await ask(path, 'POST', html)).status).toBe(404)
    expect((await ask(path)).status).toBe(404)
  }
  expect((await ask('/2015-03-31/functions', 'GET', html)).status).toBe(404)
})

test('the shell allows nothing inline and nothing from elsewhere, and what it loads may be kept', async () => {
  const shell = await ask('/runs?token=%22%3E%3Cscript%3E', 'GET', html)
  const policy = shell.headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  const text = await shell.text()
  expect(text).not.toMatch(/<style|<script(?! type="module" src=)|style=/)
  const loaded = [...text.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map(([, path]) => path ?? '')
  expect(loaded).toHaveLength(2)
  for (const path of loaded) {
    expect(path).toContain('?token=%22%3E%3Cscript%3E')
    const answer = await ask(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toContain('immutable')
    await answer.arrayBuffer()
  }
})

test('a mail is a document of its own that may run nothing and load nothing', async () => {
  const answer = await ask('/console/mail/7?theme=dark')
  const policy = answer.headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain('sandbox allow-popups allow-popups-to-escape-sandbox')
  expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin|https?:/)
  expect(await answer.text()).toContain('<p onclick="alert()">Hello</p>')
})
