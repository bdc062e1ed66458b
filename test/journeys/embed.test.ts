import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { resourceName } from '@confirmation-reminder/contracts/names'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { newPage, openBrowser } from '../browser.ts'
import { pageWith } from '../embedded-forms.ts'
import { LocalCloud } from '../local-cloud.ts'
import synthesise, { stackOf } from '../synthesise.ts'

/*
 * The forms of docs/embed.md, on pages of another origin: each is copied as it stands there, but for the address of the API.
 */

let folder: string
let server: Server
let port: number
let browser: Browser
/** What browsers asked the site for. */
const visits: { url: string; referer: string | undefined }[] = []
let cloud: LocalCloud

beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    visits.push({ url, referer: headers.referer })
    const returnTo = new URL(url, 'http://localhost').searchParams.get('returnTo') ?? ''
    const page = pageWith(url === '/fetch' ? 'withFetch' : 'plain', cloud.apiUrl, returnTo)
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-embed-'))
  const settings = {
    origins: [`http://localhost:${port}`],
    attributes: { company: { maxLength: 80 }, plan: { maxLength: 40 } },
    pages: {
      confirmed: `http://localhost:${port}/{locale}/welcome`,
      withdrawn: `http://localhost:${port}/{locale}/goodbye`,
      brokenLink: `http://localhost:${port}/{locale}/again`,
      returnOrigins: [`http://localhost:${port}`],
    },
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
  const page = await newPage(browser, options)
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

describe('the site’s own pages', () => {
  async function register(email: string, returnTo = ''): Promise<{ confirm: string; withdraw: string }> {
    const page = await open(ours(`/plain?returnTo=${encodeURIComponent(returnTo)}`), { javaScriptEnabled: false })
    await submit(page, email)
    await page.getByRole('heading', { name: 'Check your email' }).waitFor()
    const [mail] = await cloud.mails(email)
    const linkTo = (path: string) =>
      new RegExp(`https?://\\S+/${path}\\?token=(\\S+)`).exec(mail?.text ?? '')?.[1] ?? ''
    return {
      confirm: `${cloud.apiUrl}/confirm?token=${linkTo('confirm')}`,
      withdraw: `${cloud.apiUrl}/withdraw?token=${linkTo('withdraw')}`,
    }
  }
  /** What is nowhere on the site: in no address that browsers asked for, and in no referrer. */
  function expectNothingOf(email: string, link: string) {
    const token = link.split('token=')[1] ?? ''
    const [customerId = ''] = token.split('.')
    expect(customerId).toHaveLength(36)
    const seen = JSON.stringify(visits.filter(({ url }) => !url.startsWith('/plain')))
    for (const secret of [token, customerId, email, encodeURIComponent(email)]) expect(seen).not.toContain(secret)
    expect(visits.filter(({ referer }) => referer?.startsWith(cloud.apiUrl))).toEqual([])
  }
  beforeEach(() => visits.splice(0))

  test.each([
    ['a tap on the page', true],
    ['the button, without JavaScript', false],
  ])('are where %s leads, and every later click', async (_, javaScriptEnabled) => {
    const email = `welcome-${javaScriptEnabled}@example.com`
    const { confirm } = await register(email)
    const page = await open(confirm, { javaScriptEnabled })
    expect(page.url()).toBe(confirm)
    await page.getByRole(javaScriptEnabled ? 'heading' : 'button').click()
    await page.waitForURL(ours('/en/welcome'))
    expect(await stored(email)).toMatchObject({ state: { S: 'CONFIRMED' } })
    await page.goto(confirm)
    expect(page.url()).toBe(ours('/en/welcome'))
    expectNothingOf(email, confirm)
  })

  test('are where a registration says that its confirmation leads, and every later click', async () => {
    const email = 'basket@example.com'
    const { confirm } = await register(email, ours('/basket?step=2#total'))
    const page = await open(confirm)
    await page.getByRole('button').click()
    await page.waitForURL(ours('/basket?step=2#total'))
    await page.goto(confirm)
    expect(page.url()).toBe(ours('/basket?step=2#total'))
    expectNothingOf(email, confirm)
  })

  test('are where "this was not me" leads, and every later click', async () => {
    const email = 'goodbye@example.com'
    const { confirm, withdraw } = await register(email, ours('/basket'))
    const page = await open(withdraw)
    expect(page.url()).toBe(withdraw)
    await page.getByRole('button').click()
    await page.waitForURL(ours('/en/goodbye'))
    for (const link of [withdraw, confirm]) {
      await page.goto(link)
      expect(page.url()).toBe(ours('/en/goodbye'))
    }
    expectNothingOf(email, withdraw)
  })

  test('are where links that do not work lead, in the language of the browser', async () => {
    for (const path of ['confirm?token=cut-off', 'withdraw?token=cut-off']) {
      const page = await open(`${cloud.apiUrl}/${path}`, { locale: 'de-DE' })
      expect(page.url()).toBe(ours('/de/again'))
    }
  })

  test('are not where a registration says that is no site of the settings', async () => {
    const page = await open(ours(`/plain?returnTo=${encodeURIComponent(ours('/basket', '127.0.0.1'))}`))
    await submit(page, 'elsewhere@example.com')
    await page.getByRole('heading', { name: 'That didn’t work' }).waitFor()
    expect(await stored('elsewhere@example.com')).toBeUndefined()
  })
})
