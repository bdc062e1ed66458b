import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Sequencer from '@jest/test-sequencer'

/** The files that run longest, longest first: started last, they would leave the other worker idle. */
export const longest = [
  'kill-test/mutations',
  'kill-test/kill-test',
  'journeys/slack-days',
  'journeys/ship',
  'journeys/web-page',
  'journeys/exactly-once',
  'journeys/limit',
  'journeys/kill',
  'terraform/changes',
  'journeys/consent',
  'journeys/spellings',
].map((name) => fileURLToPath(new URL(`${name}.test.ts`, import.meta.url)))

/** Jest's order, by the durations of earlier runs if it knows any, after the files that are known to run longest. */
export default class LongestFirst extends Sequencer {
  /**
   * @param {import('@jest/test-result').Test[]} tests
   * @throws Error if a file of the list is gone: the list would be wrong without a word
   */
  sort(tests) {
    const gone = longest.filter((path) => !existsSync(path))
    if (gone.length > 0) throw new Error(`test/longest-first.mjs names files that do not exist: ${gone.join(', ')}`)
    const rank = ({ path }) => (longest.includes(path) ? longest.indexOf(path) : longest.length)
    return super.sort(tests).sort((one, other) => rank(one) - rank(other))
  }
}
