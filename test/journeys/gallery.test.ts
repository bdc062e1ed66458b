import type { Browser, Frame, Page } from 'playwright-core'
import { newPage, openBrowser } from '../browser.ts'
import { LocalCloud } from '../local-cloud.ts'

/*
 * The gallery of the local cloud in a browser: every frame shows its sample completely, in its color scheme, and the browser
 * reports no error.
 */

let browser: Browser
let cloud: LocalCloud
beforeAll(async () => {
  ;[browser, cloud] = await Promise.all([openBrowser(), LocalCloud.start(undefined, { options: ['--token'] })])
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.dispose()
})

/** Opens a page of the gallery. `errors` has all that its console says and all that it could not load. */
async function visit(
  path: string,
  width: number,
  below = '/_local/gallery',
): Promise<{ page: Page; errors: string[] }> {
  const page = await newPage(browser, { viewport: { width, height: 800 } })
  const errors: string[] = []
  page.on('console', (message) => errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('requestfailed', (request) => {
    // Those that a page does not wait for when it is left are aborted.
    const { errorText = '' } = request.failure() ?? {}
    if (errorText !== 'net::ERR_ABORTED') errors.push(`${request.url()}: ${errorText}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.url()} is ${response.status()}`)
  })
  await page.goto(`${cloud.cloudUrl}${below}${path}?token=${token()}`)
  return { page, errors }
}

const token = () => /\?token=(\S+)/.exec(cloud.output)?.[1] ?? ''

/** What is in a frame, once its document is there. */
async function contentOf(frame: Frame) {
  await frame.waitForLoadState()
  return (await frame.evaluate(`({
    text: document.body.innerText.length,
    // Where the text is light, the ground is dark.
    isDark: getComputedStyle(document.body).color.match(/\\d+/g).every((part) => part > 127),
    width: innerWidth,
    isCut: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
  })`)) as { text: number; isDark: boolean; width: number; isCut: boolean }
}

/** Scrolls through the page, so that each of its frames is loaded, and returns the name and the content of each. */
async function framesOf(page: Page) {
  const elements = await page.locator('iframe').all()
  const frames = []
  for (const element of elements) {
    await element.scrollIntoViewIfNeeded()
    const frame = await (await element.elementHandle())?.contentFrame()
    if (!frame) throw new Error('A frame is missing.')
    frames.push({ title: (await element.getAttribute('title')) ?? '', ...(await contentOf(frame)) })
  }
  return frames
}

test.each(['en', 'de'])(
  'the overview in %s draws every sample completely, light and dark, and without an error',
  async (locale) => {
    const { page, errors } = await visit(`/all/${locale}`, 1280)
    const frames = await framesOf(page)
    expect(frames).toHaveLength(4 * (await page.locator('article').count()))
    expect(frames.length).toBeGreaterThan(4 * 35)
    for (const { title, text, ...drawn } of frames) {
      expect({ title, ...drawn }).toEqual({
        title,
        isDark: title.endsWith('dark'),
        width: title.includes('phone') ? 360 : 1280,
        isCut: false,
      })
      expect(text).toBeGreaterThan(40)
    }
    expect(errors).toEqual([])
  },
)

test.each([375, 1280])('a sample by its short address fits a screen of %d pixels', async (width) => {
  const { page, errors } = await visit('/mail-last-reminder/de', width, '/gallery')
  expect(await page.textContent('h1')).toBe('Last reminder')
  expect(await framesOf(page)).toHaveLength(4)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  expect(errors).toEqual([])
})

test('the keyboard reaches the links of the gallery and nothing inside its frames', async () => {
  const { page } = await visit('/confirm-unknown/en', 1280)
  const reached: string[] = []
  for (;;) {
    await page.keyboard.press('Tab')
    const name = String(
      await page.evaluate('document.activeElement.localName + " " + document.activeElement.innerText'),
    )
    if (name.startsWith('body') || reached.includes(name)) break
    reached.push(name)
  }
  expect(reached).toEqual([
    'a Console',
    'a Gallery',
    'a English',
    'a German',
    expect.stringMatching(/^a Previous: /),
    expect.stringMatching(/^a Next: /),
    'a Open the document by itself',
  ])
})

test('the gallery leads from the console to a sample and to its document', async () => {
  const { page, errors } = await visit('', 1280, '/')
  await page.getByRole('link', { name: 'Gallery' }).click()
  await page.getByRole('link', { name: 'German' }).click()
  await page.getByRole('link', { name: 'Only reminder' }).click()
  await page.getByText('Erinnerung: Bitte bestätigen Sie Ihre E-Mail-Adresse').waitFor()
  await page.getByRole('link', { name: 'Open the document by itself' }).click()
  await page.getByRole('link', { name: 'E-Mail-Adresse bestätigen' }).waitFor()
  expect(errors).toEqual([])
})
