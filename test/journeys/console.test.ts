import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../browser.ts'
import { consolePages } from '../console-pages.ts'
import { LocalCloud } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'

/* The console in a real browser, as its users see it. */

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

const chapter = (page: Page, title: string) =>
  page.locator('.chapter', { has: page.getByText(title, { exact: false }) })
const inbox = (page: Page) => page.locator('.inbox')

/** A server that must not be asked for anything. */
async function startTracker() {
  const hits: string[] = []
  const server = createServer(({ url = '' }, response) => {
    hits.push(url)
    response.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits, stop }
}

/** Presses Tab until an element has the focus, as people do who have no mouse. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`)) return
  }
  throw new Error(`Tab does not lead to ${selector}.`)
}

test('the whole journey by clicks: register, read the mail, skip to the reminder, confirm', async () => {
  const page = await open('/')
  await page.fill('input[name=email]', 'clicks@example.com')
  await page.click('#register button')
  await inbox(page).getByText('Inbox of clicks@example.com').waitFor()
  await chapter(page, 'A run starts').getByText('Running').waitFor()
  await chapter(page, 'The reminder').getByText('unless they confirm first').waitFor()
  await page.locator('main').getByRole('button', { name: 'To the next event' }).click()
  await chapter(page, 'The reminder').getByRole('link', { name: 'Reminder:' }).waitFor()
  await chapter(page, 'A run starts').getByText('Succeeded').waitFor()
  // The mail that has arrived is open. Its link opens the product's page in a tab of its own.
  const mail = page.frameLocator('.mail-frame')
  const [product] = await Promise.all([
    page.waitForEvent('popup'),
    mail.getByRole('link', { name: 'Confirm my' }).click(),
  ])
  await product.waitForLoadState()
  await product.getByRole('button').first().click()
  await chapter(page, 'The confirmation').getByText('Confirmed', { exact: true }).waitFor()
})

test('the whole journey by keyboard alone', async () => {
  const page = await open('/')
  await tabTo(page, 'input[name=email]')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('keys@example.com')
  await page.keyboard.press('Enter')
  await inbox(page).getByText('Inbox of keys@example.com').waitFor()
  await tabTo(page, 'main .clock-controls > button')
  await page.keyboard.press('Enter')
  await chapter(page, 'The reminder').getByRole('link', { name: 'Reminder:' }).waitFor()
  // To the page, its frame has the focus; in the frame, it is on the first link.
  await tabTo(page, '.mail-frame')
  const [product] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')])
  await product.waitForLoadState()
  await tabTo(product, 'button')
  await product.keyboard.press('Enter')
  await chapter(page, 'The confirmation').getByText('Confirmed', { exact: true }).waitFor()
})

test('a run has a page of its own, found by its address, with its history, mails and log lines', async () => {
  expect((await cloud.register('found@example.com')).status).toBe(202)
  const page = await open('/runs')
  await page.getByRole('searchbox').fill('FOUND@')
  const links = page.locator('.runs tbody a')
  await links.nth(1).waitFor({ state: 'detached' })
  await links.first().click()
  await page.getByRole('heading', { name: 'found@example.com' }).waitFor()
  await page.getByText('Wait state entered').click()
  await page.locator('.history').getByText('customerId').last().waitFor()
  await page.locator('.log').getByText('register').first().waitFor()
  await page.getByRole('button', { name: 'Stop…' }).click()
  await page.getByRole('button', { name: 'Stop this run' }).click()
  await page.locator('.heading').getByText('Stopped').waitFor()
  await page.getByRole('button', { name: 'Redrive' }).click()
  await page.locator('.heading').getByText('Running').waitFor()
  await page.locator('.history').getByText('Execution redriven').waitFor()
  // The address is the page's own: it can be copied and loaded again.
  await page.reload()
  await page.getByRole('heading', { name: 'found@example.com' }).waitFor()
})

test('focus, selection and scroll stay while mails arrive', async () => {
  for (let count = 0; count < 12; count++) await cloud.register(`before-${count}@example.com`)
  const page = await open('/mails', { viewport: { width: 1000, height: 400 } })
  const rows = page.locator('.mail-rows a')
  await rows.nth(5).waitFor()
  await rows.nth(5).focus()
  await page.evaluate('scrollTo(0, 150)')
  const focused = () => page.evaluate('document.activeElement.textContent')
  const before = await focused()
  await cloud.register('arrives@example.com')
  await page.locator('.mail-rows').getByText('arrives@example.com').waitFor()
  expect(await focused()).toBe(before)
  expect(await page.evaluate('scrollY')).toBeGreaterThan(0)

  await page.getByRole('searchbox').fill('before')
  await page.evaluate("document.querySelector('input[type=search]').setSelectionRange(1, 4)")
  await page.locator('.mail-rows').getByText('arrives@example.com').waitFor({ state: 'detached' })
  await cloud.register('before-all@example.com')
  await page.locator('.mail-rows').getByText('before-all@example.com').waitFor()
  expect(
    await page.evaluate(
      '[document.activeElement.type, document.activeElement.selectionStart, document.activeElement.selectionEnd]',
    ),
  ).toEqual(['search', 1, 4])
})

test('a mail runs no script, loads nothing from elsewhere, and submits no form', async () => {
  const [own] = await cloud.mails()
  const from = own?.from ?? 'hello@dev.example.com'
  const tracker = await startTracker()
  const attack = `
    <script>top.document.title = 'attacked'; document.title = 'attacked'</script>
    <img src="${tracker.url}/pixel.png" onerror="document.body.id = 'attacked'">
    <link rel="stylesheet" href="${tracker.url}/style.css">
    <iframe src="${tracker.url}/frame"></iframe>
    <p style="background: url(${tracker.url}/background); color: #123456">Hello</p>
    <form action="${tracker.url}/form"><button>Send</button></form>
    <a href="javascript:document.body.id='attacked'">Run</a>`
  const message = { Subject: { Data: '<img src=x onerror=alert(1)>' }, Body: { Html: { Data: attack } } }
  await new SESClient(cloud.client).send(
    new SendEmailCommand({ Source: from, Destination: { ToAddresses: ['"<b>"@example.com'] }, Message: message }),
  )
  const mails = await cloud.mails()
  const page = await open(`/mails/${mails.length - 1}`)
  // The browser reports what it does not load: that is what the test is about.
  const reported = () =>
    complaints.splice(0).filter((text) => !/Content Security Policy|sandboxed|ERR_BLOCKED/.test(text))
  const mail = page.frameLocator('.mail-frame')
  await mail.getByText('Hello').waitFor()
  // Its own styles are the only ones that it has.
  expect(await mail.getByText('Hello').evaluate((element) => element.style.color)).toBe('rgb(18, 52, 86)')
  await mail.getByRole('button', { name: 'Send' }).click()
  await mail.getByText('Run').click()
  expect(await mail.locator('#attacked').count()).toBe(0)
  expect(await page.title()).not.toContain('attacked')
  expect(tracker.hits).toEqual([])
  await tracker.stop()
  // The subject and the address are text.
  await page.getByRole('heading', { name: '<img src=x onerror=alert(1)>' }).waitFor()
  expect(await page.locator('main img').count()).toBe(0)
  expect(reported()).toEqual([])
})

test('hostile addresses, errors and causes are shown as text', async () => {
  const email = '<img/src=x/onerror=alert(1)>@example.com'
  await cloud.register(email)
  const states = new SFNClient(cloud.client)
  const stateMachineArn = await stateMachineOf(states)
  await states.send(
    new StartExecutionCommand({ stateMachineArn, name: 'by-hand', input: '{"x":"<script>alert(1)</script>"}' }),
  )
  const page = await open('/runs/by-hand')
  await page.locator('.data[aria-label=Input]').getByText('<script>alert(1)</script>').waitFor()
  await page.goto(`${cloud.cloudUrl}/runs?q=${encodeURIComponent('<script>')}`)
  await page.getByText('No run matches.').waitFor()
  await page.goto(`${cloud.cloudUrl}/runs/${encodeURIComponent('<b>none</b>')}`)
  await page.getByRole('alert').waitFor()
  expect(await page.locator('main b, main img, main script').count()).toBe(0)
  // The browser reports the 404 of a run that is not there.
  complaints.splice(0)
})

test('a page that lost the local cloud says so, and goes on when it runs again', async () => {
  const other = await LocalCloud.start()
  try {
    const { port } = new URL(other.cloudUrl)
    const page = await open('/')
    await page.goto(`${other.cloudUrl}/mails`)
    await page.getByText('Nothing was sent yet.').waitFor()
    const second = await open('/')
    await second.goto(`${other.cloudUrl}/overview`)
    await second.getByText('No one has registered yet.').waitFor()
    await other.terminate()
    await page.getByText('The local cloud is stopped.').waitFor()
    // What is opened and tried meanwhile says so, too.
    await second.getByRole('link', { name: 'Architecture' }).click()
    await second.locator('main').getByRole('alert').waitFor()
    await second.locator('.top').getByRole('button', { name: '+1 hour' }).click()
    await second.locator('.top').getByRole('alert').waitFor()
    const again = LocalCloud.at(other.data, other.stack, ['--cloud-port', port])
    await again.start()
    try {
      await page.getByText('The local cloud is stopped.').waitFor({ state: 'hidden' })
      await second.locator('.graph .thing').first().waitFor()
      await second.getByRole('alert').waitFor({ state: 'detached' })
      await again.register('again@example.com')
      await page.locator('.mail-rows').getByText('again@example.com').waitFor()
    } finally {
      await again.terminate()
    }
  } finally {
    await other.dispose()
  }
  // Connections that were refused.
  complaints.splice(0)
})

test('a reset asks first, and then everything is gone', async () => {
  expect((await cloud.register('kept@example.com')).status).toBe(202)
  await cloud.skipDays(1)
  const page = await open('/mails')
  await page.getByRole('button', { name: 'Reset…' }).click()
  await page.getByRole('button', { name: 'Keep everything' }).click()
  expect((await cloud.mails()).length).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Reset…' }).click()
  await page.getByRole('button', { name: 'Delete everything' }).click()
  await page.getByText('No mail yet.').waitFor()
  expect(await cloud.mails()).toEqual([])
  const { offsetSeconds } = (await (await fetch(`${cloud.cloudUrl}/_local/clock`)).json()) as { offsetSeconds: number }
  expect(offsetSeconds).toBe(0)
  // Connections that were refused meanwhile.
  complaints.splice(0)
})
