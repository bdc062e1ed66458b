import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Sequencer from '@jest/test-sequencer'

/** Files that count the steps of code. V8 counts over all that the process has loaded: in a new process, that is little. */
const counting = [
  'packages/customers/src/work',
  'packages/handler/src/work',
  'packages/local-cloud/src/work',
  'packages/contracts/src/test/steps',
  'packages/iam/src/wildcard.steps',
  'packages/handler/src/scrub',
  'functions/feedback/src/work',
]

/** The files that run longest, longest first: started last, they would leave the other worker idle. */
const longest = [
  'test/kill-test/kill-test',
  'test/journeys/ship',
  'test/journeys/outages',
  'test/kill-test/mutations',
  'test/journeys/slack-days',
  'test/journeys/web-page',
  'test/journeys/kill',
  'test/journeys/slack-failures',
  'test/journeys/exactly-once',
  'test/journeys/evidence-outage',
  'test/journeys/late-evidence',
  'test/journeys/limit',
  'test/regular-expressions',
  'test/terraform/terraform',
  'test/journeys/consent',
  'test/journeys/spellings',
]

const first = [...counting, ...longest].map((name) => fileURLToPath(new URL(`../${name}.test.ts`, import.meta.url)))

/** The files that are named above, then the others in Jest's order: by the durations of earlier runs, if it knows any. */
export default class LongestFirst extends Sequencer {
  /**
   * @param {import('@jest/test-result').Test[]} tests
   * @throws Error if a file that is named above does not exist
   */
  sort(tests) {
    const missing = first.filter((path) => !existsSync(path))
    if (missing.length > 0) throw new Error(`test/longest-first.mjs names missing files: ${missing.join(', ')}`)
    const rank = ({ path }) => (first.includes(path) ? first.indexOf(path) : first.length)
    return super.sort(tests).sort((one, other) => rank(one) - rank(other))
  }
}
