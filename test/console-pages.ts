import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { newPage } from './browser.ts'
import type { LocalCloud } from './local-cloud.ts'

/**
 * Pages of the console for the tests of a file. After each test they are closed, and the test fails if one of them
 * complained: a test that expects complaints takes them out of `complaints`.
 */
export function consolePages(started: () => { browser: Browser; cloud: LocalCloud }) {
  const complaints: string[] = []
  afterEach(async () => {
    for (const context of started().browser.contexts()) await context.close()
    expect(complaints.splice(0)).toEqual([])
  })

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const { browser, cloud } = started()
    const page = await newPage(browser, options)
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${cloud.cloudUrl}${path}`)
    return page
  }

  return { complaints, open }
}

/**
 * Sets an alarm off by hand, and waits until its page shows it. The next evaluation, within a minute, ends the drill: on a busy
 * machine, maybe before the page shows it. Then it is set off again.
 */
export async function seeLoudAlarm(
  page: Page,
  { client }: LocalCloud,
  AlarmName: string,
  StateReason = 'A drill',
): Promise<void> {
  const cloudwatch = new CloudWatchClient(client)
  const drill = new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason })
  for (let loud = false; !loud; ) {
    await cloudwatch.send(drill)
    const isShown = page.getByRole('heading', { name: 'Why it is loud' }).waitFor({ timeout: 15_000 })
    const isSaid = page.getByText(StateReason).first().waitFor({ timeout: 15_000 })
    loud = await Promise.all([isShown, isSaid]).then(
      () => true,
      () => false,
    )
  }
  cloudwatch.destroy()
}
