import { ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../browser.ts'
import { consolePages, seeLoudAlarm } from '../console-pages.ts'
import { LocalCloud, tokenIn } from '../local-cloud.ts'
import { registerOne } from '../register-all.ts'

/* The console's pages about the stack's operation in a real browser: Slack, alarms, functions, faults, overview, runbook. */

let browser: Browser
let cloud: LocalCloud
beforeAll(async () => {
  ;[browser, cloud] = await Promise.all([openBrowser(), LocalCloud.start()])
  // The alarms are new: each changes to OK for the first time.
  await cloud.skip(120)
})
afterAll(async () => {
  await browser?.close()
  await cloud?.dispose()
})

const { complaints, open } = consolePages(() => ({ browser, cloud }))

const entries = (page: Page) => page.locator('.channel > li')
const pathOf = (page: Page) => new URL(page.url()).pathname

const registered = (name: string) => registerOne(cloud, `${name}@example.com`)

test('the first posts of a new stack are one entry, which names the alarms', async () => {
  const { length } = await cloud.slack()
  expect(length).toBeGreaterThan(20)
  const page = await open('/slack')
  await page.getByText(`${length} new alarms report OK`).waitFor()
  expect(await entries(page).count()).toBe(1)
  await page.getByText(`Slack shows ${length} posts here`).click()
  expect(await page.locator('.names a').count()).toBe(length)
  await page.getByRole('link', { name: 'confirmation-reminder-api-5xx' }).click()
  await page.getByRole('heading', { name: 'Why it is quiet' }).waitFor()
  expect(pathOf(page)).toBe('/alarms/confirmation-reminder-api-5xx')
})

test('a fault is switched on, a run fails, and its post leads to the run and to the runbook', async () => {
  const faults = await open('/faults')
  await faults.getByText('Another rule').click()
  const rule = { service: 'ses', action: 'SendRawEmail', kind: 'error', error: 'MessageRejected', rate: 1 }
  await faults.locator('textarea').fill(JSON.stringify({ ...rule, match: { caller: 'reminder' }, rate: 7 }))
  await faults.getByRole('button', { name: 'Switch on' }).click()
  await faults.getByText('The member add.rate takes at most 1').waitFor()
  await faults.locator('textarea').fill(JSON.stringify({ ...rule, match: { caller: 'reminder' } }))
  await faults.getByRole('button', { name: 'Switch on' }).click()
  const ours = faults.getByRole('switch', { name: 'MessageRejected' })
  await ours.waitFor()
  // What was refused is over.
  expect(await faults.getByRole('alert').count()).toBe(0)

  const slack = await open('/slack')
  await registered('failing')
  await cloud.skipDays(1)
  const failed = entries(slack).filter({ hasText: '1 run failed: MailRefused' })
  await failed.waitFor()
  await failed.getByRole('link', { name: 'what to do' }).click()
  await slack.locator('#executionsfailed').waitFor()
  expect(pathOf(slack)).toBe('/runbook/executionsfailed')
  await slack.goBack()
  await failed.getByRole('link', { name: 'Open the run in the console' }).click()
  await slack.locator('main').getByText('failing@example.com').first().waitFor()
  expect(pathOf(slack)).toMatch(/^\/runs\/[0-9a-f-]{36}_[0-9a-f-]{36}$/)

  await faults.getByText('happened once').waitFor()
  await ours.focus()
  await faults.keyboard.press('Space')
  await ours.waitFor({ state: 'detached' })
  expect(await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()).toEqual([])
  // Both pages are open, and only the answer to the first rule was an error.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('400')])
})

test('each fault of the list can be switched on and off', async () => {
  const page = await open('/faults')
  const switches = page.getByRole('switch')
  await switches.first().waitFor()
  const count = await switches.count()
  expect(count).toBeGreaterThan(5)
  for (let n = 0; n < count; n++) {
    await switches.nth(n).click()
    await page.getByRole('switch', { checked: true }).nth(n).waitFor()
  }
  expect(await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()).toHaveLength(count)
  await page.getByRole('button', { name: 'Switch all off' }).click()
  await page.getByText('Nothing is broken.').waitFor()
  expect(await (await fetch(`${cloud.cloudUrl}/_local/faults`)).json()).toEqual([])
})

test('an alarm shows what was measured, and changes while it is looked at', async () => {
  const name = 'confirmation-reminder-reminder-Errors'
  const page = await open(`/alarms/${name}`)
  await page.getByText('In alarm when the sum of Errors is at least 1 in 6 of the last 30 minutes.').waitFor()
  await page.getByText('value as a table').click()
  expect(await page.locator('.chart tbody tr').count()).toBe(await page.locator('.chart rect.bar').count())
  await seeLoudAlarm(page, cloud, name, '<i>a drill</i>')
  // The next evaluation ends the drill.
  await cloud.skip(60)
  await page.getByRole('heading', { name: 'Why it is quiet' }).waitFor()
})

test('the overview counts what became of the registrations', async () => {
  const page = await open('/overview')
  const count = (label: string) => page.getByRole('row', { name: label }).getByRole('cell').first()
  await count('Registered').waitFor()
  const before = Number(await count('Registered').textContent())
  const token = await registered('early')
  await registered('late')
  expect((await cloud.confirm(token)).status).toBe(200)
  await cloud.skipDays(1)
  const [, reminder] = await cloud.mails('late@example.com')
  if (!reminder) throw new Error('No reminder came.')
  expect((await cloud.confirm(tokenIn(reminder))).status).toBe(200)
  await page.reload()
  await count('Registered')
    .getByText(String(before + 2), { exact: true })
    .waitFor()
  for (const label of ['Confirmed before the reminder', 'Reminded', 'Confirmed after it'])
    expect([label, await count(label).textContent()]).toEqual([label, '1'])
  const counted = page.getByRole('region', { name: 'What the reminder brings' }).getByRole('listitem')
  for (const text of ['Confirmed before the reminder 1', 'Reminded 1', 'Confirmed after the reminder 1'])
    await counted.filter({ hasText: text }).waitFor()
  await page.getByText('50 % of all confirmations came after a reminder: 1 of 2.').waitFor()
  await page.getByText('MailRefused').waitFor()
})

test('the log shows lines as they are written, and filters them by trace, function and level', async () => {
  const page = await open('/functions')
  const lines = page.locator('.live-log > li')
  await lines.first().waitFor()
  await registered('logged')
  const answer = await fetch(`${cloud.cloudUrl}/_local/console/runs?q=logged@`)
  const [run] = ((await answer.json()) as { rows: { name: string }[] }).rows
  const [, trace = ''] = run?.name.split('_') ?? []
  const ended = lines.filter({ hasText: 'outcome pending' }).filter({ hasText: `trace ${trace.slice(0, 8)}` })
  await ended.getByRole('button', { name: 'trace' }).click()
  expect(new URL(page.url()).searchParams.get('trace')).toBe(trace)
  await lines
    .filter({ hasNotText: `trace ${trace.slice(0, 8)}` })
    .first()
    .waitFor({ state: 'detached' })
  await page.goto(`${cloud.cloudUrl}/functions?level=error`)
  await lines.first().waitFor()
  expect(await page.locator('.live-log > li:not(.error)').count()).toBe(0)
  await page.getByLabel('Function').selectOption({ label: 'withdraw' })
  await page.getByText('No line matches.').waitFor()
  await page.getByRole('link', { name: 'reminder', exact: true }).click()
  await page.getByRole('heading', { name: 'Last invocations' }).waitFor()
  await page.locator('table').getByText('Failed').first().waitFor()
})

test('hostile texts are texts', async () => {
  const sns = new SNSClient(cloud.client)
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}))
  const TopicArn = Topics.find(({ TopicArn }) => TopicArn?.endsWith(':notify'))?.TopicArn
  const hostile = '<img src=x onerror="document.title=1"> *<b>bold</b>* <javascript:alert(1)|click> `</script>`'
  const content = { title: hostile, description: hostile, nextSteps: [hostile] }
  await sns.send(
    new PublishCommand({ TopicArn, Message: JSON.stringify({ version: '1.0', source: 'custom', content }) }),
  )
  await sns.send(new PublishCommand({ TopicArn, Message: '<script>alert(1)</script>' }))
  sns.destroy()
  const page = await open('/slack')
  await page.getByText('Slack never shows this message.').waitFor()
  await page.getByText('<img src=x').first().waitFor()
  expect(await page.locator('main').locator('img, b, script, a[href^="javascript"]').count()).toBe(0)
})

const paths = [
  'slack',
  'alarms',
  'alarms/confirmation-reminder-reminder-Errors',
  'overview',
  'functions',
  'faults',
  'runbook',
]

test.each(paths)('%s fits a phone, and has one heading that says what it is', async (path) => {
  const page = await open(`/${path}`, { viewport: { width: 375, height: 800 }, colorScheme: 'dark' })
  await page.locator('main h2, main .rows > li').first().waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
  expect(await page.locator('h1').count()).toBe(1)
})

test('what is not there is said, with what to do', async () => {
  const page = await open('/alarms/none')
  await page.getByText('There is no alarm none. The page Alarms lists all alarms of the stack.').waitFor()
  expect(complaints.splice(0)).toEqual([expect.stringContaining('404')])
})
