import { browserTimeoutMs, openBrowser } from '../browser.ts'
import { LocalCloud, tokenIn } from '../local-cloud.ts'

let cloud: LocalCloud
beforeAll(async () => {
  cloud = await LocalCloud.start()
})
afterAll(() => cloud?.dispose())

/** Registers an address and returns the token of its mail. */
async function registered(email: string): Promise<string> {
  expect((await cloud.register(email)).status).toBe(202)
  const [mail] = await cloud.mails(email)
  return mail ? tokenIn(mail) : ''
}
const pageOf = async (path: string, init?: RequestInit) => {
  const answer = await fetch(`${cloud.apiUrl}${path}`, init)
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
}

const multipart = new FormData()
multipart.set('List-Unsubscribe', 'One-Click')
test.each<[string, RequestInit]>([
  ['a form', { body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }],
  ['parts', { body: multipart }],
  ['text', { body: 'List-Unsubscribe=One-Click\r\n' }],
  ['bytes', { body: new TextEncoder().encode('List-Unsubscribe=One-Click') }],
  ['nothing', {}],
  ['an empty form', { body: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
])('the one click of a mail program withdraws, sent as %s', async (how, init) => {
  const token = await registered(`${how.replaceAll(' ', '-')}@example.com`)
  const answer = await pageOf(`/withdraw?token=${token}`, { method: 'POST', redirect: 'manual', ...init })
  expect(answer).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' })
  expect((await pageOf(`/withdraw?token=${token}`)).text).toContain('has been deleted')
})

test('the List-Unsubscribe address of a reminder works', async () => {
  await registered('reminded@example.com')
  await cloud.skipDays(1)
  const reminder = (await cloud.mails('reminded@example.com')).find(({ headers }) => headers['List-Unsubscribe'])
  expect(reminder?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
  const [, url = ''] = /^<(.+)>$/.exec(reminder?.headers['List-Unsubscribe'] ?? '') ?? []
  expect((await fetch(url, { method: 'POST' })).status).toBe(200)
  expect(await (await fetch(url)).text()).toContain('has been deleted')
})

test('a megabyte of a form without a token is 413', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  const body = 'name="List-Unsubscribe"\r\n'.repeat(45_000)
  for (const path of ['/withdraw', '/confirm', '/registrations']) {
    expect((await pageOf(path, { method: 'POST', headers, body })).status).toBe(413)
  }
})

test('damaged links and spaces around an address do no harm', async () => {
  expect((await cloud.register(' \u00a0phone@example.com\r\n')).status).toBe(202)
  const [mail] = await cloud.mails('phone@example.com')
  const token = mail ? tokenIn(mail) : ''
  const [before, after] = [token.slice(0, 60), token.slice(60)]
  for (const damaged of [
    `${token}.`,
    `${token})`,
    `${token}%3E`,
    `${token},`,
    `${token}%20`,
    `${token}?fbclid=x`,
    `${before}%0D%0A${after}`,
  ]) {
    const page = await pageOf(`/confirm?token=${damaged}`)
    expect(page.status).toBe(200)
    expect(page.text).toContain(`name="token" value="${token}"`)
  }
})

test('a person with a broken link can ask for a new mail', async () => {
  const browser = await openBrowser()
  try {
    const page = await browser.newPage({ locale: 'de-AT' })
    page.setDefaultTimeout(browserTimeoutMs)
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(`${cloud.apiUrl}/confirm?token=x`)
    await page.fill('input[type=email]', 'again@example.com')
    await Promise.all([page.waitForURL('**/registrations'), page.click('button')])
    expect(await page.title()).toBe('Sehen Sie in Ihrem Postfach nach – Example dev')
    expect(await cloud.mails('again@example.com')).toHaveLength(1)
    await page.click('a')
    expect(await page.title()).toBe('Registrieren – Example dev')
    expect(errors).toEqual([])
  } finally {
    await browser.close()
  }
})
