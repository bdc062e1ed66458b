import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Playwright's limit for a start and for a step in a page: half a minute is too short on a busy machine. */
export const browserTimeoutMs = 300_000

/**
 * Opens a real browser for tests, headless. Linux gets the Chromium of an npm package, with its libraries and fonts, so
 * that nothing has to be installed. Other systems use the Chrome that is installed.
 * @param more arguments of its command line
 * @throws Error that says what to install, if there is no browser.
 */
export async function openBrowser(...more: string[]): Promise<Browser> {
  // It makes no requests to Google, and root may run it: it opens only pages of the tests.
  const usual = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']
  const args = [...usual, ...more]
  if (process.platform !== 'linux') {
    return await chromium.launch({ channel: 'chrome', args, timeout: browserTimeoutMs }).catch((error: Error) => {
      throw new Error('The browser tests need Google Chrome: install it, and run them again.', { cause: error })
    })
  }
  const folder = unpacked()
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
    FONTCONFIG_PATH: join(folder, 'fonts'),
  } as Record<string, string>
  return await chromium.launch({
    executablePath: join(folder, 'chromium'),
    // Each process of a page costs a start, and the attacks of test/attack would open seventy.
    args: [...args, '--no-zygote', '--renderer-process-limit=2'],
    env,
    timeout: browserTimeoutMs,
  })
}

/** Opens a page of a context of its own: it shares nothing with other pages, and has the time limit of the browser tests. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(browserTimeoutMs)
  return await context.newPage()
}

/** The folder with the unpacked browser: 200 MB, unpacked once per checkout and version, in some seconds. */
function unpacked(): string {
  const manifest = createRequire(import.meta.url)
    .resolve('@sparticuz/chromium')
    .replace(/\/build\/.*/, '/package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url))
  const folder = join(cache, `browser-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  // The package unpacks into the folder for temporary files, in several steps. Tests that unpack at the same time must
  // not see an incomplete folder.
  const partial = mkdtempSync(`${folder}-`)
  const unpack = 'import("@sparticuz/chromium").then(({ default: chromium }) => chromium.executablePath())'
  execFileSync(process.execPath, ['--eval', unpack], {
    cwd: dirname(manifest),
    // The package adds the libraries only in Lambda.
    env: { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  })
  // The package expects its fonts where Lambda has them. Without fonts no text has a size, and nothing is visible.
  const fonts = '<dir prefix="relative">fonts</dir>'
  writeFileSync(join(partial, 'fonts', 'fonts.conf'), `<?xml version="1.0"?><fontconfig>${fonts}</fontconfig>`)
  try {
    renameSync(partial, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(partial, { recursive: true })
  }
  return folder
}
