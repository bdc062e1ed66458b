import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** All rules that are not experimental. What a frame shows is a document of its own, with results of its own. */
const options: RunOptions = { resultTypes: ['violations'], iframes: false, preload: false }
/** Mail programs show a mail inside their own page, which has the landmarks and, with the subject, the heading. */
const rulesOfWholePages = ['landmark-one-main', 'page-has-heading-one', 'region']

const themes = ['light', 'dark'] as const
const widths = [1280, 375]

/**
 * Everything that axe-core finds in a page, in each theme and width: one line for each element, with the page, the theme,
 * the width, the rule and the element. The page's context must be without motion, because colors that change gradually
 * are other colors meanwhile.
 * @param name of the page, for the lines
 * @param inThemes the themes to look at, if the page is not drawn in both
 */
export async function findingsIn(
  page: Page,
  name: string,
  { isMail = false, inThemes = themes }: { isMail?: boolean; inThemes?: readonly (typeof themes)[number][] } = {},
): Promise<string[]> {
  // The Content-Security-Policy refuses a script element.
  await page.evaluate(axe)
  const rules = Object.fromEntries(rulesOfWholePages.map((rule) => [rule, { enabled: !isMail }]))
  const run = `axe.run(${JSON.stringify({ ...options, rules })})`
  const findings: string[] = []
  for (const theme of inThemes) {
    await page.emulateMedia({ colorScheme: theme })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 })
      const { violations } = (await page.evaluate(run)) as AxeResults
      for (const { id, nodes } of violations) {
        for (const { target, html, failureSummary = '' } of nodes) {
          const [, ...why] = failureSummary.split('\n')
          const text = `${name}, ${theme}, ${width} px: ${id} at ${target.join(' ')}: ${why.join(' ')} ${html}`
          findings.push(text.replace(/\s+/g, ' ').slice(0, 500))
        }
      }
    }
  }
  return findings
}
