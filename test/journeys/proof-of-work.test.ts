import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { newPage, openBrowser } from '../browser.ts'
import { pageWith } from '../embedded-forms.ts'
import { LocalCloud, tokenIn } from '../local-cloud.ts'
import { solve } from '../proof-of-work.ts'
import synthesise, { stackOf } from '../synthesise.ts'

/*
 * A stage that asks for a proof of work, by real browsers: on the API's own form, and on a page of another origin with the widget that
 * docs/embed.md shows.
 */

const widget = readFileSync(join(require.resolve('altcha'), '../altcha.min.js'))

let folder: string
let server: Server
let site: string
let browser: Browser
let cloud: LocalCloud

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === '/altcha.min.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(widget)
    return response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(pageWith('withProof', cloud.apiUrl))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  site = `http://localhost:${(server.address() as AddressInfo).port}`
  folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-proof-'))
  const settings = { origins: [site], proofOfWork: { effort: 20 }, pages: { returnOrigins: [site] } }
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

async function open(url: string, options = {}): Promise<Page> {
  const page = await newPage(browser, options)
  await page.goto(url)
  return page
}
async function submit(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('heading', { name: 'Check your email' }).waitFor()
}

test('the form of the API proves, registers, and works again when somebody comes back to it', async () => {
  const page = await open(`${cloud.apiUrl}/registrations`)
  await submit(page, 'own-form@example.com')
  expect(await cloud.mails('own-form@example.com')).toHaveLength(1)
  await page.goBack()
  await submit(page, 'own-form-again@example.com')
  expect(await cloud.mails('own-form-again@example.com')).toHaveLength(1)
})

test('the form that is shown again after an address that was wrong proves too', async () => {
  const body = new URLSearchParams({ email: 'ada@example' })
  const answer = await fetch(`${cloud.apiUrl}/registrations`, { method: 'POST', body })
  const page = await open(`${cloud.apiUrl}/registrations`)
  await page.route('**/registrations', async (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() })
      : route.continue(),
  )
  await page.reload()
  await page.getByRole('heading', { name: 'That didn’t work' }).waitFor()
  await submit(page, 'after-a-typo@example.com')
  expect(await cloud.mails('after-a-typo@example.com')).toHaveLength(1)
})

test('without JavaScript, the form says what it needs, and cannot be sent', async () => {
  const page = await open(`${cloud.apiUrl}/registrations`, { javaScriptEnabled: false })
  await page.getByText('This form needs JavaScript.').waitFor()
  expect(await page.getByRole('button').isDisabled()).toBe(true)
})

test('the form says that it could not prove, and can be sent again', async () => {
  const page = await open(`${cloud.apiUrl}/registrations`)
  await page.route('**/challenge', (route) => route.abort(), { times: 1 })
  await page.getByLabel('Email address').fill('offline@example.com')
  await page.getByRole('button').click()
  await page.getByText('That didn’t work. Check your connection, and try again.').waitFor()
  await page.getByRole('button').click()
  await page.getByRole('heading', { name: 'Check your email' }).waitFor()
  expect(await cloud.mails('offline@example.com')).toHaveLength(1)
})

test('a page of another origin registers with the widget, as the document shows it', async () => {
  const page = await open(site)
  await submit(page, 'widget@example.com')
  expect(page.url()).toBe(`${cloud.apiUrl}/registrations`)
  expect(await cloud.mails('widget@example.com')).toHaveLength(1)
})

test('a program that does no work, or uses that of others, sees what everyone sees, and brings nobody a mail', async () => {
  const { altcha } = await solve(cloud.apiUrl)
  const proven = await cloud.register('program@example.com', { altcha })
  expect([proven.status, await proven.json()]).toEqual([202, { status: 'pending' }])
  for (const more of [{}, { altcha }, { altcha: `${altcha}=` }]) {
    const answer = await cloud.register('stranger@example.com', more)
    expect([answer.status, await answer.json()]).toEqual([202, { status: 'pending' }])
  }
  expect(await cloud.mails('stranger@example.com')).toEqual([])
  const [mail] = await cloud.mails('program@example.com')
  expect((await cloud.confirm(tokenIn(mail ?? { text: '' }))).status).toBe(200)
})

test('a link that does not work leads to the form that proves', async () => {
  const page = await open(`${cloud.apiUrl}/confirm?token=cut-off`)
  await page.getByRole('link', { name: 'Go to the registration form' }).click()
  await submit(page, 'from-a-broken-link@example.com')
  expect(await cloud.mails('from-a-broken-link@example.com')).toHaveLength(1)
})
