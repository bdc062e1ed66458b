import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import type { Page } from 'playwright-core'
import { openBrowser } from '../browser.ts'
import { LocalCloud } from '../local-cloud.ts'
import synthesise from '../synthesise.ts'
import { help, readOptions } from './options.ts'

surviveLostOutput()

/** As wide as GitHub shows a picture without making it smaller. */
const viewport = { width: 1100, height: 760 }

async function main(): Promise<void> {
  const { folder, help: asked } = readOptions(process.argv.slice(2))
  if (asked) return console.log(help)

  await synthesise()
  const [cloud, browser] = await Promise.all([LocalCloud.start(), openBrowser()])
  try {
    for (const name of ['grace', 'linus', 'margaret']) await cloud.register(`${name}@example.com`)
    await cloud.skipDays(1)
    // Names and sizes in the pictures must not depend on who takes them, and a picture that moves is blurred.
    const settings = {
      viewport,
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      deviceScaleFactor: 2,
    } as const
    const page = await (await browser.newContext(settings)).newPage()
    const take = async (name: string) => {
      const path = resolve(fileURLToPath(new URL('../..', import.meta.url)), folder, `${name}.png`)
      await page.mouse.move(0, 0)
      await page.screenshot({ path })
      console.log(path)
    }
    await page.goto(cloud.cloudUrl)
    await journey(page)
    await cloud.register('katherine@example.com')
    await page.getByText('The next run wakes in').waitFor()
    await take('console')
    await page.getByRole('link', { name: 'Open the run' }).click()
    await page.locator('.log li').nth(2).waitFor()
    await take('console-run')
  } finally {
    await browser.close()
    await cloud.dispose()
  }
}

/** Registers, and skips to the reminder. */
async function journey(page: Page): Promise<void> {
  await page.locator('#register button').click()
  await page.getByText('Inbox of ada@example.com').waitFor()
  await page.locator('main').getByRole('button', { name: 'To the next event' }).click()
  await page.locator('.inbox').getByRole('button', { name: 'Reminder' }).waitFor()
  await page.frameLocator('.mail-frame').getByRole('link', { name: 'Confirm my' }).waitFor()
}

main().catch((error: Error) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exitCode = error instanceof UsageError ? error.exitCode : 3
})
