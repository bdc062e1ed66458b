import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { resourceName } from '@confirmation-reminder/contracts/names'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { browserTimeoutMs, openBrowser } from '../browser.ts'
import { LocalCloud } from '../local-cloud.ts'
import synthesise, { stackOf } from '../synthesise.ts'

/*
 * The forms of docs/embed.md, on pages of another origin: each is copied as it stands there, but for the address of the API.
 */

const documentation = readFileSync(join(__dirname, '../../docs/embed.md'), 'utf8')
const [plain = '', withFetch = ''] = [...documentation.matchAll(/^```html\n([\s\S]*?)^```$/gm)].map(
  ([, form = '']) => form,
)

let folder: string
let server: Server
let port: number
let browser: Browser
let cloud: LocalCloud

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const form = url === '/fetch' ? withFetch : plain
    const own = form.replaceAll('https://signup.example.com', cloud.apiUrl)
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(`<!doctype html><title>Ours</title>${own}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-embed-'))
  const settings = {
    origins: [`http://localhost:${port}`],
    attributes: { company: { maxLength: 80 }, plan: { maxLength: 40 } },
  }
  await synthesise(folder, 'src/test/changed-settings.ts', { dev: settings })
  ;[browser, cloud] = await Promise.all([openBrowser(), LocalCloud.start(stackOf('dev', folder))])
})
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.dispose()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

async function open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(browserTimeoutMs)
  const page = await context.newPage()
  await page.goto(url)
  return page
}
const ours = (path: string, host = 'localhost') => `http://${host}:${port}${path}`

/** What is stored of a customer; undefined if nothing is. */
async function stored(email: string) {
  const client = new DynamoDBClient(cloud.client)
  try {
    for await (const { Items = [] } of paginateScan({ client }, { TableName: resourceName('dev', 'customers') })) {
      const found = Items.find((item) => item.email?.S === email)
      if (found) return found
    }
    return undefined
  } finally {
    client.destroy()
  }
}

async function submit(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByRole('button').click()
}
/** What the page of the fetch says in the end. */
async function said(page: Page): Promise<string | null> {
  await page.waitForFunction('document.querySelector("[role=status]").textContent !== ""')
  return page.getByRole('status').textContent()
}

test('the form without JavaScript registers with its attribute, and leads to a page of the API', async () => {
  const page = await open(ours('/plain'), { javaScriptEnabled: false })
  await page.getByLabel('Company').fill('Müller & Söhne')
  await submit(page, 'plain@example.com')
  await page.getByRole('heading', { name: 'Check your email' }).waitFor()
  expect(page.url()).toBe(`${cloud.apiUrl}/registrations`)
  expect(await stored('plain@example.com')).toMatchObject({ attributes: { M: { company: { S: 'Müller & Söhne' } } } })
  expect(await cloud.mails('plain@example.com')).toHaveLength(1)
})

test('the form with fetch registers with its attribute, and stays on its page', async () => {
  const page = await open(ours('/fetch'))
  await page.getByLabel('Plan').selectOption('pro')
  await submit(page, 'fetch@example.com')
  expect(await said(page)).toBe('Check your email: we sent you a link.')
  expect(page.url()).toBe(ours('/fetch'))
  expect(await stored('fetch@example.com')).toMatchObject({ attributes: { M: { plan: { S: 'pro' } } } })
  expect(await cloud.mails('fetch@example.com')).toHaveLength(1)
})

test('the form with fetch works without JavaScript too', async () => {
  const page = await open(ours('/fetch'), { javaScriptEnabled: false })
  await submit(page, 'fallback@example.com')
  await page.getByRole('heading', { name: 'Check your email' }).waitFor()
  expect(await stored('fallback@example.com')).toMatchObject({ attributes: { M: { plan: { S: 'free' } } } })
})

test('the form with fetch says what is wrong with an address', async () => {
  const page = await open(ours('/fetch'))
  await submit(page, 'ada@example')
  expect(await said(page)).toBe('After the @, the ending is missing, such as .com in example.com.')
  expect(await stored('ada@example')).toBeUndefined()
})

test('a page whose origin is not set registers no one by fetch', async () => {
  const page = await open(ours('/fetch', '127.0.0.1'))
  await submit(page, 'other-origin@example.com')
  expect(await said(page)).toBe('That did not work. Please try again later.')
  expect(await stored('other-origin@example.com')).toBeUndefined()
})

test.each(['/plain', '/fetch'])(
  'a bot that fills each field of %s sees what people see, and gets no mail',
  async (path) => {
    const email = `bot${path.slice(1)}@example.com`
    const page = await open(ours(path))
    await page.locator('[name=homepage]').evaluate((field) => Object.assign(field, { value: 'https://spam.example' }))
    await submit(page, email)
    if (path === '/plain') await page.getByRole('heading', { name: 'Check your email' }).waitFor()
    else expect(await said(page)).toBe('Check your email: we sent you a link.')
    expect(await stored(email)).toBeUndefined()
    expect(await cloud.mails(email)).toEqual([])
  },
)

test.each([
  ['the form without JavaScript', () => ours('/plain'), ['email', 'company', '']],
  ['the form with fetch', () => ours('/fetch'), ['email', 'plan', '']],
  ['the plain form of the API', () => `${cloud.apiUrl}/registrations`, ['email', '']],
])('people do not come to the field for bots in %s', async (_, url, fields) => {
  const page = await open(url())
  const trap = page.locator('[name=homepage]')
  expect(await trap.count()).toBe(1)
  const reached: unknown[] = []
  for (const _ of fields) {
    await page.keyboard.press('Tab')
    reached.push(await page.evaluate('document.activeElement.name'))
  }
  expect(reached).toEqual(fields)
  expect(await page.getByRole('textbox', { name: /empty/ }).count()).toBe(0)
  // What a person could click at its place is something else.
  const isOnTop = await trap.evaluate((field) => {
    const { x, y } = field.getBoundingClientRect()
    return field.ownerDocument.elementFromPoint(x, y) === field
  })
  expect(isOnTop).toBe(false)
})
