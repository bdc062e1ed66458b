import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import type { Browser, Page } from 'playwright-core'
import { findingsIn } from '../accessibility.ts'
import { openBrowser } from '../browser.ts'
import { consolePages, seeLoudAlarm } from '../console-pages.ts'
import { LocalCloud } from '../local-cloud.ts'
import { registerOne } from '../register-all.ts'

/*
 * axe-core finds nothing in the console, in the gallery, and in the mails and pages that customers get: light and dark, on a
 * desktop and on a phone.
 */

let browser: Browser
let cloud: LocalCloud
const alarm = 'confirmation-reminder-reminder-Errors'
/** The names of runs, by what became of them. */
const runs = { waiting: '', succeeded: '', failed: '' }
beforeAll(async () => {
  ;[browser, cloud] = await Promise.all([openBrowser(), LocalCloud.start()])
  await fill()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.dispose()
})

const { open } = consolePages(() => ({ browser, cloud }))

const registered = (name: string) => registerOne(cloud, `${name}@example.com`)

/** Runs of every status, mails, posts, and an alarm that is on. */
async function fill(): Promise<void> {
  // The alarms are new: each changes to OK for the first time.
  await cloud.skip(120)
  await registered('succeeds')
  expect((await cloud.confirm(await registered('confirms'))).status).toBe(200)
  await registered('stops')
  const states = new SFNClient(cloud.client)
  await states.send(new StopExecutionCommand({ executionArn: (await rowOf('stops')).arn }))
  states.destroy()
  await cloud.skipDays(1)
  const refused = { service: 'ses', action: 'SendRawEmail', kind: 'error', error: 'MessageRejected', rate: 1 }
  const add = { ...refused, match: { caller: 'reminder' } }
  expect((await cloud.control('POST', 'console/faults', { add })).status).toBe(200)
  await registered('fails')
  await cloud.skipDays(1)
  await registered('waits')
  runs.waiting = (await rowOf('waits')).name
  runs.succeeded = (await rowOf('succeeds')).name
  runs.failed = (await rowOf('fails')).name
  const statuses = await Promise.all(['waits', 'succeeds', 'fails', 'stops'].map(rowOf))
  expect(statuses.map(({ status }) => status)).toEqual(['RUNNING', 'SUCCEEDED', 'FAILED', 'ABORTED'])
}

interface Row {
  name: string
  arn: string
  status: string
}

/** A run, by the beginning of its address. */
async function rowOf(name: string): Promise<Row> {
  const answer = await fetch(`${cloud.cloudUrl}/_local/console/runs?q=${name}@`)
  const [row] = ((await answer.json()) as { rows: Row[] }).rows
  if (!row) throw new Error(`There is no run of ${name}.`)
  return row
}

/** Pages of the console, each with something that is there once it is complete. */
const pages: [string, () => string, (page: Page) => Promise<void>][] = [
  ['the journey', () => '/', (page) => page.frameLocator('.mail-frame').getByRole('link').first().waitFor()],
  ['the journey of a run that succeeded', () => `/?run=${runs.succeeded}`, see('.inbox fieldset')],
  ['the runs', () => '/runs', see('.runs tbody tr >> nth=4')],
  ['the runs that a search finds', () => '/runs?q=fails', see('.runs td .bad')],
  ['a search without a result', () => '/runs?q=nothing', see('main .empty')],
  ['a run that waits', () => `/runs/${runs.waiting}`, seeRun('is-waiting')],
  ['a run that succeeded', () => `/runs/${runs.succeeded}`, seeRun('is-succeeded')],
  ['a run that failed', () => `/runs/${runs.failed}`, seeRun('is-failed')],
  ['the mails', () => '/mails', see('.mail-rows a >> nth=3')],
  ['a mail', () => '/mails/0', (page) => page.frameLocator('.mail-frame').getByRole('link').first().waitFor()],
  ['Slack', () => '/slack', see('.channel > li >> nth=2')],
  ['the alarms', () => '/alarms', see('.alarms li >> nth=9')],
  ['an alarm that is on', () => `/alarms/${alarm}`, (page) => seeLoudAlarm(page, cloud, alarm)],
  ['an alarm that is off', () => '/alarms/confirmation-reminder-api-5xx', see('.chart')],
  ['the overview', () => '/overview', see('main table')],
  ['the functions', () => '/functions', see('.live-log > li')],
  ['a function', () => '/functions/confirmation-reminder-dev-reminder', see('main table tbody tr')],
  ['the architecture', () => '/architecture', see('.graph .thing')],
  ['the faults', () => '/faults', see('[role=switch][aria-checked=true]')],
  ['the runbook', () => '/runbook', see('#executionsfailed')],
  ['the question before a reset', () => '/faults', (page) => page.getByRole('button', { name: 'Reset…' }).click()],
  ['a page that does not exist', () => '/nothing', see('main .empty')],
  ['the gallery', () => '/_local/gallery', see('article')],
  ['a mail in the gallery', () => '/_local/gallery/mail-last-reminder/de', see('iframe')],
  ['a page in the gallery', () => '/_local/gallery/confirm-unknown/en', see('iframe')],
]

function see(selector: string) {
  return (page: Page) => page.locator(selector).first().waitFor()
}

function seeRun(state: string) {
  return async (page: Page) => {
    await see(`.graph .${state}`)(page)
    await see('.log li')(page)
  }
}

test.each(pages)('%s', async (name, path, complete) => {
  const page = await open(path(), { reducedMotion: 'reduce' })
  await complete(page)
  await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
  expect(await findingsIn(page, `${name} (${path()})`)).toEqual([])
})

test('these are all pages of the navigation', async () => {
  const page = await open('/runs')
  await see('main h1')(page)
  const links: string[] = await page.evaluate(
    'Array.from(document.querySelectorAll("nav a"), ({ pathname }) => pathname)',
  )
  expect(links.length).toBeGreaterThan(10)
  expect(links.filter((link) => !pages.some(([, path]) => path() === link))).toEqual([])
})

/**
 * Lets documents in a sandbox run scripts, such as axe-core's. Nothing else of their Content-Security-Policy changes, which
 * allows no script of their own.
 */
async function letScriptsRun(page: Page): Promise<void> {
  await page.route(/\/document$|\/console\/mail\//, async (route) => {
    const response = await route.fetch()
    const headers = response.headers()
    const { 'content-security-policy': policy = '' } = headers
    const changed = { ...headers, 'content-security-policy': policy.replace('sandbox', 'sandbox allow-scripts') }
    await route.fulfill({ response, headers: changed })
  })
}

test.each(['en', 'de'])('the mails and pages that customers get in %s', async (locale) => {
  const page = await open(`/_local/gallery/all/${locale}`, { reducedMotion: 'reduce' })
  const samples: string[] = await page.evaluate(
    'Array.from(document.querySelectorAll("article h3 a"), ({ pathname }) => pathname)',
  )
  expect(samples.length).toBeGreaterThan(35)
  await letScriptsRun(page)
  const findings: string[] = []
  for (const sample of samples) {
    await page.goto(`${cloud.cloudUrl}${sample}/document`)
    findings.push(...(await findingsIn(page, sample, { isMail: sample.includes('/mail-') })))
  }
  expect(findings).toEqual([])
})

test('a mail as the console shows it', async () => {
  const page = await open('/runs', { reducedMotion: 'reduce' })
  await letScriptsRun(page)
  for (const theme of ['light', 'dark'] as const) {
    await page.goto(`${cloud.cloudUrl}/console/mail/0?theme=${theme}`)
    expect(await findingsIn(page, 'a mail', { isMail: true, inThemes: [theme] })).toEqual([])
  }
})
