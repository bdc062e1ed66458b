import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../browser.ts'
import { consolePages } from '../console-pages.ts'
import { LocalCloud } from '../local-cloud.ts'
import { registerOne } from '../register-all.ts'

/* What the pages of the console draw, and how they go together, in a real browser. */

let browser: Browser
let cloud: LocalCloud
beforeAll(async () => {
  ;[browser, cloud] = await Promise.all([openBrowser(), LocalCloud.start()])
})
afterAll(async () => {
  await browser?.close()
  await cloud?.dispose()
})

const { complaints, open } = consolePages(() => ({ browser, cloud }))

const phone = { viewport: { width: 375, height: 800 } }

const registered = (name: string) => registerOne(cloud, `${name}@example.com`)

async function setFaults(rules: object[]): Promise<void> {
  const answer = await fetch(`${cloud.cloudUrl}/_local/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  })
  expect(answer.status).toBe(200)
}

/** Waits until an expression is true in the page, whose policy forbids what waitForFunction does. */
async function until(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate(expression))) await page.waitForTimeout(50)
}

/** Sends a mail that is not one of ours, and opens it. */
async function openMail(html: string, options = {}): Promise<Page> {
  const [own] = await cloud.mails()
  const message = { Subject: { Data: 'Anything' }, Body: { Html: { Data: html } } }
  const ses = new SESClient(cloud.client)
  await ses.send(
    new SendEmailCommand({
      Source: own?.from ?? 'hello@dev.example.com',
      Destination: { ToAddresses: ['anyone@example.com'] },
      Message: message,
    }),
  )
  ses.destroy()
  return await open(`/mails/${(await cloud.mails()).length - 1}`, options)
}

test('the overview draws the registrations as a flow, and says the same in a table', async () => {
  const token = await registered('early')
  await registered('late')
  expect((await cloud.confirm(token)).status).toBe(200)
  await cloud.skipDays(1)
  const page = await open('/overview', { colorScheme: 'dark' })
  const stages = page.locator('.flow-stage')
  const labels = () => stages.evaluateAll((all) => all.map((stage) => stage.getAttribute('aria-label')))
  const flow = [
    'Registered: 2',
    'Confirmed before the reminder: 1, 50 % of all registrations',
    'Reminded: 1, 50 % of all registrations',
    'Waiting after it: 1, 50 % of all registrations, 100 % of those reminded',
  ]
  for (const label of flow) await page.getByLabel(label, { exact: true }).waitFor()
  expect(await labels()).toEqual(flow)
  const rows = page.locator('.funnel tbody tr')
  expect(await rows.evaluateAll((all) => all.map(({ textContent }) => textContent))).toEqual([
    'Registered2100 %',
    'Confirmed before the reminder150 %',
    'Reminded150 %',
    'Waiting after it150 %',
  ])
  // One stage is a stop of the Tab key. What has the focus is said for those who see it, too.
  await stages.first().focus()
  await page.keyboard.press('End')
  await page.getByText(`${flow[3]}.`).waitFor()
  await page.keyboard.press('ArrowLeft')
  await page.getByText(`${flow[2]}.`).waitFor()
  // A registration that is new changes the picture, and not the focus.
  await registered('later')
  await page.getByLabel('Registered: 3').waitFor()
  expect(await page.locator('.flow-stage:focus').getAttribute('aria-label')).toBe(
    'Reminded: 1, 33 % of all registrations',
  )
})

test('on a phone the flow is a table with bars', async () => {
  await registered('narrow')
  const page = await open('/overview', phone)
  await page.locator('.funnel .share-bar').first().waitFor()
  expect(await page.locator('.flow').count()).toBe(0)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
})

test('a state of the graph, or its row, filters the history; the filter stays while the run goes on', async () => {
  await registered('filtered')
  const page = await open('/runs?q=filtered')
  await page.getByRole('link', { name: 'filtered@example.com' }).click()
  const events = page.locator('.history summary')
  const all = page.getByRole('button', { name: 'Show all events' })
  await page.locator('.graph .state').nth(1).click()
  await page.getByText('No event of 2 events: only those of TriggerNotification').waitFor()
  expect(await events.count()).toBe(0)
  await cloud.skipDays(1)
  await events.getByText('Task state entered').waitFor()
  await events.getByText('Task state exited').waitFor()
  expect(await events.getByText('Wait state').count()).toBe(0)
  // It is in the address.
  await page.reload()
  await events.getByText('Task state exited').waitFor()
  expect(await events.getByText('Wait state').count()).toBe(0)
  await all.click()
  await events.getByText('Execution succeeded').waitFor()

  // The keyboard does the same, in the graph and in the table.
  await page.locator('.graph .state[tabindex="0"]').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.getByText('The history shows only Wait.').waitFor()
  expect(await events.allTextContents()).toEqual([
    expect.stringContaining('Wait state entered'),
    expect.stringContaining('Wait state exited'),
  ])
  await page.keyboard.press('Enter')
  await events.getByText('Execution succeeded').waitFor()
  await page.getByText('The states as a table').click()
  await page.locator('.states').getByRole('button', { name: 'TriggerNotification' }).focus()
  await page.keyboard.press('Enter')
  await events.getByText('Wait state').first().waitFor({ state: 'detached' })
  await all.focus()
  await page.keyboard.press('Enter')
  await events.getByText('Execution started').waitFor()
  expect(await page.evaluate('document.activeElement.textContent')).toBe('History')
})

test('on a phone the navigation shows the page that is open', async () => {
  const page = await open('/runbook', phone)
  const current = page.locator('nav [aria-current=page]')
  const isShown = () =>
    current.evaluate((link) => {
      const { left, right } = link.getBoundingClientRect()
      return left >= 0 && right <= link.ownerDocument.documentElement.clientWidth
    })
  await current.getByText('Runbook').waitFor()
  await until(page, 'document.querySelector("#app > nav").scrollLeft > 0')
  expect(await isShown()).toBe(true)
  await page.goto(`${cloud.cloudUrl}/`)
  await current.getByText('Journey').waitFor()
  expect(await isShown()).toBe(true)
})

test('the post on the page of a run leads to the pages of the console', async () => {
  const rule = { service: 'ses', action: 'SendRawEmail', kind: 'error', error: 'MessageRejected', rate: 1 }
  await setFaults([{ ...rule, match: { caller: 'reminder' } }])
  await registered('posted')
  await cloud.skipDays(1)
  await setFaults([])
  const page = await open('/runs?q=posted')
  await page.getByRole('link', { name: 'posted@example.com' }).click()
  const post = page.locator('.post')
  await post.getByRole('link', { name: 'Open the run in the console' }).waitFor()
  const links = await post.getByRole('link').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  expect(links).toEqual([new URL(page.url()).pathname, '/runbook/executionsfailed'])
  await post.getByRole('link', { name: 'what to do' }).click()
  await page.locator('#executionsfailed').waitFor()
})

const frameHeight = (page: Page) => page.locator('.mail-frame').evaluate(({ clientHeight }) => clientHeight)
/** Waits until a mail needs no scroll bar in its frame. */
async function untilItFits(page: Page): Promise<void> {
  const root = page.frameLocator('.mail-frame').locator('html')
  while (!(await root.evaluate((root) => root.scrollHeight <= root.clientHeight))) await page.waitForTimeout(50)
}

test('the frame of a mail is as high as the mail, at any width', async () => {
  const page = await openMail(`<p>${'Many words. '.repeat(600)}</p><p>The end</p>`)
  await page.frameLocator('.mail-frame').getByText('The end').waitFor()
  await until(page, 'document.querySelector(".mail-frame").clientHeight > 560')
  await untilItFits(page)
  const wide = await frameHeight(page)
  await page.setViewportSize({ width: 375, height: 800 })
  await until(page, `document.querySelector(".mail-frame").clientHeight > ${wide}`)
  await untilItFits(page)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
  // A short one after it.
  const short = await openMail('<p>Short</p>')
  await short.frameLocator('.mail-frame').getByText('Short').waitFor()
  await until(short, 'document.querySelector(".mail-frame").clientHeight < 200')
  await untilItFits(short)
})

test('a mail that is measured cannot act, and one that lies about its height harms nothing', async () => {
  const lies = `
    <img name="documentElement"><img name="readyState"><form name="scrollHeight"></form>
    <script>document.title = parent.document.title = 'attacked'</script>
    <meta http-equiv="refresh" content="0;url=/runs">
    <a href="javascript:parent.document.title='attacked'" autofocus>Run</a>
    <div style="height: 900000px">High</div><p style="height: 100vh">Window</p>`
  const page = await openMail(lies)
  const mail = page.frameLocator('.mail-frame')
  await mail.getByText('High').waitFor()
  await mail.getByText('Run').click()
  expect(await page.title()).not.toContain('attacked')
  expect(await frameHeight(page)).toBeLessThanOrEqual(12_000)
  // The frame that measures is not visible, so that neither a click nor the Tab key gets there, and it opens nothing.
  const ruler = page.locator('.mail-ruler')
  expect(await ruler.isVisible()).toBe(false)
  expect(await ruler.getAttribute('sandbox')).toBe('allow-same-origin')
  expect(await page.locator('.mail-frame').getAttribute('sandbox')).toBe('allow-popups allow-popups-to-escape-sandbox')
  expect(page.frames().map((frame) => new URL(frame.url()).pathname)).toEqual([
    expect.stringMatching(/^\/mails\//),
    expect.stringMatching(/^\/console\/mail\//),
    expect.stringMatching(/^\/console\/mail\//),
  ])
  const policyOf = async (query: string) =>
    (await fetch(`${cloud.cloudUrl}/console/mail/0${query}`)).headers.get('content-security-policy')
  expect(await policyOf('')).toContain("default-src 'none'")
  expect(await policyOf('')).not.toContain('allow-same-origin')
  expect(await policyOf('?measured=true')).toContain("default-src 'none'")
  expect(await policyOf('?measured=true')).toMatch(/; sandbox allow-same-origin$/)
  // The browser reports what it does not do.
  const unexpected = complaints.splice(0).filter((text) => !/Content Security Policy|sandboxed|ERR_BLOCKED/.test(text))
  expect(unexpected).toEqual([])
})

test('a link in a mail does not reach the local cloud, though the console shows the mail', async () => {
  const page = await openMail(`<a href="${cloud.cloudUrl}/_local/mails" rel="opener">All mails of this machine</a>`)
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.frameLocator('.mail-frame').getByRole('link').click(),
  ])
  await opened.getByText('another site').waitFor()
})

test('what is not there is said under a heading, with a way on', async () => {
  const page = await open('/nothing/here', phone)
  await page.getByRole('heading', { name: 'No such page' }).waitFor()
  await page.getByText('There is no page /nothing/here.').waitFor()
  await page.getByRole('link', { name: 'the first one' }).click()
  await page.getByRole('heading', { name: 'Journey' }).waitFor()
  await page.goto(`${cloud.cloudUrl}/runs/none`)
  await page.getByRole('alert').getByText('There is no run of this name.').waitFor()
  expect(await page.locator('h1').count()).toBe(1)
  expect(complaints.splice(0)).toEqual([expect.stringContaining('404')])
})

test('an address that is being typed stays while something happens', async () => {
  const page = await open('/')
  const field = page.getByLabel('Email address')
  await field.fill('typed@exam')
  await registered('meanwhile')
  await page.locator('.inbox').getByText('Inbox of meanwhile@example.com').waitFor()
  expect(await field.inputValue()).toBe('typed@exam')
})
