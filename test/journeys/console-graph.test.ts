import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../browser.ts'
import { consolePages } from '../console-pages.ts'
import { LocalCloud } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'
import { stackOf } from '../synthesise.ts'

/* The graph of a run and the picture of the stack, in a real browser. */

let browser: Browser
let cloud: LocalCloud
let stack: string
beforeAll(async () => {
  stack = stackThatCatches()
  ;[browser, cloud] = await Promise.all([openBrowser(), LocalCloud.start(stack)])
})
afterAll(async () => {
  await browser?.close()
  await cloud?.dispose()
  rmSync(stack, { recursive: true, force: true })
})

/** The stack of the stage dev, whose task catches a mail that SES refused: the product's own run fails then. */
function stackThatCatches(): string {
  const folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-stack-'))
  cpSync(stackOf('dev'), folder, { recursive: true })
  const file = join(folder, 'cdk.tf.json')
  const terraform = JSON.parse(readFileSync(file, 'utf8'))
  for (const machine of Object.values<{ definition: string }>(terraform.resource.aws_sfn_state_machine)) {
    const { States, ...definition } = JSON.parse(machine.definition)
    States.TriggerNotification.Catch = [{ ErrorEquals: ['MailRefused'], Next: 'Refused' }]
    States.Refused = { Type: 'Pass', End: true }
    machine.definition = JSON.stringify({ ...definition, States })
  }
  writeFileSync(file, JSON.stringify(terraform))
  return folder
}

const { open } = consolePages(() => ({ browser, cloud }))

const labels = (page: Page) =>
  page.locator('.graph .state').evaluateAll((states) => states.map((state) => state.getAttribute('aria-label')))

test('the graph of a run shows how long it waits, and changes with the run; a table says the same', async () => {
  expect((await cloud.register('graph@example.com')).status).toBe(202)
  const page = await open('/runs')
  await page.getByRole('link', { name: 'graph@example.com' }).click()
  const wait = page.locator('.graph .state').first()
  await wait.waitFor()
  expect(await wait.getAttribute('aria-label')).toMatch(/^Wait, Wait · 1 day, Waiting, 23 h \d+ min left$/)
  expect(await page.locator('.graph .taken').count()).toBe(1)

  // The focus stays on its state while the graph changes.
  await wait.focus()
  await page.keyboard.press('ArrowDown')
  const focused = () => page.locator('.graph .state:focus').getAttribute('aria-label')
  expect(await focused()).toMatch(/^TriggerNotification, .*, Not started$/)
  await cloud.skipDays(1)
  await page.locator('.state.is-succeeded').nth(1).waitFor()
  expect(await labels(page)).toEqual(expect.arrayContaining([expect.stringMatching(/^Wait, .*, Succeeded$/)]))
  expect(await focused()).toMatch(/^TriggerNotification, .*, Succeeded$/)

  await page.getByText('The states as a table').click()
  const rows = page.locator('.states tbody tr')
  expect(await rows.count()).toBe((await labels(page)).length)
  expect(await rows.first().textContent()).toMatch(/^WaitWaitSucceeded1.*TriggerNotification$/)
})

/** The rows of the table: state, type, status, attempts, when it was entered and left, next state. */
async function tableOf(page: Page): Promise<string[][]> {
  await page.locator('.states summary').click()
  const rows = await page.locator('.states tbody tr').all()
  return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()))
}

const numberTaken = (page: Page) => page.locator('.graph .taken').count()

test('an error that is caught: the state says so, and the run has taken the way of the catcher', async () => {
  const refused = { service: 'ses', action: 'SendRawEmail', kind: 'error', error: 'MessageRejected', rate: 1 }
  expect((await cloud.register('caught@example.com')).status).toBe(202)
  expect((await cloud.control('PUT', 'faults', [{ ...refused, match: { caller: 'reminder' } }])).status).toBe(200)
  await cloud.skipDays(1)
  const page = await open('/runs?q=caught')
  await page.getByRole('link', { name: 'caught@example.com' }).click()
  await page.locator('.state.is-caught').waitFor()
  expect((await cloud.control('PUT', 'faults', [])).status).toBe(200)
  expect(await labels(page)).toEqual([
    expect.stringMatching(/^Wait, .*, Succeeded$/),
    expect.stringMatching(/^TriggerNotification, .*, Caught error$/),
    expect.stringMatching(/^Refused, .*, Succeeded$/),
  ])
  // To Wait, to the task, from there by the catcher, and to the end.
  expect(await numberTaken(page)).toBe(4)
  expect(await page.locator('.graph .dashed.taken').count()).toBe(1)
  expect(await tableOf(page)).toEqual([
    ['Wait', 'Wait', 'Succeeded', '1', expect.anything(), expect.anything(), 'TriggerNotification'],
    ['TriggerNotification', 'Task', 'Caught errorMailRefused', '1', expect.anything(), expect.anything(), 'Refused'],
    ['Refused', 'Pass', 'Succeeded', '1', expect.anything(), expect.anything(), 'End'],
  ])
})

test('a run that failed, and is redriven: the attempts are counted', async () => {
  const states = new SFNClient(cloud.client)
  const stateMachineArn = await stateMachineOf(states)
  // The reminder refuses this input.
  await states.send(new StartExecutionCommand({ stateMachineArn, name: 'fails', input: '{}' }))
  states.destroy()
  await cloud.skipDays(1)
  const page = await open('/runs/fails')
  const failed = page.locator('.state.is-failed')
  await failed.waitFor()
  expect(await failed.getAttribute('aria-label')).toMatch(/^TriggerNotification, .*, Failed$/)
  expect(await numberTaken(page)).toBe(2)
  const [, task = [], refused = []] = await tableOf(page)
  expect(task).toEqual([
    ...['TriggerNotification', 'Task', 'FailedContractViolation', '1'],
    ...[expect.anything(), '–', '–'],
  ])
  expect(refused.slice(2)).toEqual(['Not started', '–', '–', '–', '–'])

  await page.getByRole('button', { name: 'Redrive' }).click()
  await page.getByLabel(/^TriggerNotification, .*, Failed, begun 2 times$/).waitFor()
  await page.locator('.states tbody tr').nth(1).locator('td').nth(2).getByText('2', { exact: true }).waitFor()
  expect(await numberTaken(page)).toBe(2)
})

test('the picture of the stack names what calls what, and leads to pages', async () => {
  const page = await open('/architecture', { viewport: { width: 360, height: 800 }, colorScheme: 'dark' })
  await page.locator('.graph .thing').first().waitFor()
  expect(await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)).toBe(360)
  await page.getByText('The stack as a table').click()
  const row = page.locator('.states tbody tr').filter({ hasText: /^register/ })
  expect(await row.textContent()).toMatch(/DynamoDB table customers: dynamodb:GetItem, dynamodb:PutItem/)
  const announcing = page.locator('.states tbody tr').filter({ hasText: /^announce/ })
  expect(await announcing.textContent()).toMatch(/SQS queue unannounced.*Event bus events: events:PutEvents/)
  await page.getByRole('link', { name: 'Lambda function register' }).click()
  await page.getByRole('heading', { name: 'register', exact: true }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/functions/confirmation-reminder-dev-register')
})
