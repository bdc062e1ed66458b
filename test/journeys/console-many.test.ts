import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../browser.ts'
import { consolePages } from '../console-pages.ts'
import { LocalCloud } from '../local-cloud.ts'

/* The console of a local cloud with 100,000 runs and 20,000 mails. */

const root = fileURLToPath(new URL('../..', import.meta.url))

let browser: Browser
let cloud: LocalCloud
beforeAll(async () => {
  const data = mkdtempSync(join(tmpdir(), 'confirmation-reminder-'))
  const fill = ['--import', 'tsx', 'packages/local-cloud/src/console/test/fill.ts', data, '100000', '20000']
  execFileSync(process.execPath, fill, { cwd: root })
  cloud = LocalCloud.at(data)
  ;[browser] = await Promise.all([openBrowser(), cloud.start()])
  // The alarms are new: each changes for the first time, and posts.
  await cloud.skip(120)
})
afterAll(async () => {
  await browser?.close()
  await cloud?.dispose()
})

const { open } = consolePages(() => ({ browser, cloud }))

const rows = (page: Page) => page.locator('.runs tbody tr')
const chip = (page: Page, label: string) => page.getByRole('button', { name: label })
const namesOn = (page: Page) => page.locator('.runs tbody .who a').evaluateAll((links) => links.map(({ href }) => href))
const search = (page: Page, text: string) => page.getByRole('searchbox').fill(text)

/** Follows a link to another page of runs, and resolves when that is shown. */
async function turn(page: Page, link: 'Older' | 'Newest'): Promise<void> {
  const first = await page.locator('.runs tbody .who a').first().getAttribute('href')
  await page.getByRole('link', { name: link }).click()
  await page.locator(`.runs tbody tr:first-child .who a:not([href="${first}"])`).waitFor()
}

test('all runs are counted, and each page leads to the one after it', async () => {
  const page = await open('/runs')
  await rows(page).first().waitFor()
  for (const [label, count] of [
    ['All', '100,000'],
    ['Running', '97,000'],
    ['Succeeded', '2,000'],
    ['Failed', '1,000'],
  ] as const)
    await chip(page, `${label} ${count}`).waitFor()
  const seen: string[] = []
  for (let count = 0; count < 4; count++) {
    const names = await namesOn(page)
    expect(names).toHaveLength(50)
    seen.push(...names)
    await turn(page, 'Older')
  }
  expect(new Set(seen).size).toBe(200)
  await turn(page, 'Newest')
  expect(await namesOn(page)).toEqual(seen.slice(0, 50))
})

test('the runs of a status are all there, on as many pages as they need', async () => {
  const page = await open('/runs')
  await chip(page, 'Failed 1,000').click()
  await rows(page).locator('.status.bad').nth(49).waitFor()
  const seen: string[] = []
  for (;;) {
    const names = await namesOn(page)
    seen.push(...names)
    expect(await rows(page).filter({ hasText: 'MailRefused' }).count()).toBe(names.length)
    if ((await page.getByRole('link', { name: 'Older' }).count()) === 0) break
    await turn(page, 'Older')
  }
  expect(seen).toHaveLength(1000)
  expect(new Set(seen).size).toBe(1000)
})

test('a search finds runs by address, by name and by error, and counts what it found', async () => {
  const page = await open('/runs')
  await search(page, 'Customer-12345@')
  await chip(page, 'All 1')
    .and(page.getByText(/^All 1$/))
    .waitFor()
  expect(await rows(page).count()).toBe(1)
  expect(await rows(page).textContent()).toMatch(/^customer-12345@example\.com/)
  const name = (await rows(page).locator('code').textContent()) ?? ''
  expect(name).toMatch(/^[0-9a-f-]{36}_[0-9a-f-]{36}$/)
  await search(page, 'customer-19999@')
  await rows(page).filter({ hasText: 'customer-19999@' }).waitFor()
  expect(await rows(page).count()).toBe(1)
  // By its trace, which is the second part of its name.
  await search(page, name.slice(37))
  await rows(page).filter({ hasText: 'customer-12345@' }).waitFor()
  expect(await rows(page).count()).toBe(1)
  await search(page, 'mailrefused')
  await rows(page).filter({ hasText: 'MailRefused' }).nth(49).waitFor()
  await page.getByText(/^All 1,000$/).waitFor()
  await page.getByText(/^Running 0$/).waitFor()
  await page.getByRole('link', { name: 'Older' }).waitFor()
  // A search and a status together.
  await search(page, 'customer-1')
  await page.getByText(/^Running 11,111$/).waitFor()
  await chip(page, 'Failed 0').click()
  await page.getByText('No run matches.').waitFor()
})

test('a page receives nothing while nothing happens, and then what has changed', async () => {
  const page = await open('/runs')
  await rows(page).first().waitFor()
  const received: string[] = []
  page.on('request', (request) => received.push(request.url()))
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  devtools.on('Network.eventSourceMessageReceived', ({ eventName, data }) => received.push(`${eventName} ${data}`))
  await new Promise((resolve) => setTimeout(resolve, 5000))
  expect(received).toEqual([])
  await cloud.register('new@example.com')
  await rows(page).filter({ hasText: 'new@example.com' }).waitFor()
  await page.getByText(/^All 100,001$/).waitFor()
  const events = received.filter((one) => !one.startsWith('http'))
  expect(events.length).toBeGreaterThan(0)
  expect(events.join('').length).toBeLessThan(20_000)
})
