import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { acceptedBy } from './acceptance.ts'
import { run } from './run.ts'

const commit = 'a'.repeat(40)
const other = 'b'.repeat(40)

/** A review that accepts the commit, but for these members. */
const review = (changes: object = {}) => ({
  state: 'APPROVED',
  body: `Looks right.\r\n\r\ndanger-accepted ${commit}\r\n`,
  author: { __typename: 'User', login: 'reviewer' },
  authorCanPushToRepository: true,
  commit: { oid: commit },
  lastEditedAt: null,
  ...changes,
})

const response = (...nodes: object[]) =>
  JSON.stringify({
    data: { repository: { pullRequest: { author: { login: 'author' }, latestOpinionatedReviews: { nodes } } } },
  })

test('an approving review that names the commit accepts its dangers', () => {
  expect(acceptedBy(response(review()), commit)).toEqual(['reviewer'])
  expect(acceptedBy(response(review({ body: `danger-accepted ${commit}` })), commit)).toEqual(['reviewer'])
})

test.each([
  ['an approval of the commit that does not accept its dangers', { body: 'Looks right.' }],
  ['an approval that names no commit', { body: 'danger-accepted' }],
  ['an approval that names an abbreviated commit', { body: `danger-accepted ${commit.slice(0, 12)}` }],
  ['an approval of an earlier commit', { commit: { oid: other } }],
  ['an approval from a page that showed an earlier commit', { body: `danger-accepted ${other}` }],
  ['an approval of a commit that is gone', { commit: null }],
  ['a quotation of the line', { body: `> danger-accepted ${commit}` }],
  ['a sentence about the line', { body: `I will not write danger-accepted ${commit}` }],
  ['a review that was edited', { lastEditedAt: '2026-11-27T12:00:00Z' }],
  ['a dismissed review', { state: 'DISMISSED' }],
  ['a review that requests changes', { state: 'CHANGES_REQUESTED' }],
  ['a comment', { state: 'COMMENTED' }],
  ['a reviewer who may not push', { authorCanPushToRepository: false }],
  ['the author of the pull request', { author: { __typename: 'User', login: 'author' } }],
  ['a workflow', { author: { __typename: 'Bot', login: 'github-actions' } }],
  ['an account that was deleted', { author: null }],
])('%s accepts nothing', (_, changes) => {
  expect(acceptedBy(response(review(changes)), commit)).toEqual([])
})

test('one reviewer of several is enough', () => {
  const second = review({ author: { __typename: 'User', login: 'second' } })
  expect(acceptedBy(response(review({ state: 'DISMISSED' }), second), commit)).toEqual(['second'])
  expect(acceptedBy(response(), commit)).toEqual([])
})

test('no acceptance is carried to another commit, whatever was pushed, closed or reopened', () => {
  const sha = fc.stringMatching(/^[0-9a-f]{40}$/)
  fc.assert(
    fc.property(sha, sha, (accepted, head) => {
      const given = response(review({ commit: { oid: accepted }, body: `danger-accepted ${accepted}` }))
      expect(acceptedBy(given, head)).toEqual(accepted === head ? ['reviewer'] : [])
    }),
  )
})

test('the query asks for all that is judged', () => {
  const query = readFileSync(join(__dirname, 'query.graphql'), 'utf8')
  expect(query).toMatch(/latestOpinionatedReviews\(last: 100, writersOnly: true\)/)
  for (const member of Object.keys(review())) expect(query).toMatch(new RegExp(`^ +${member}\\b`, 'm'))
})

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'accepted-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'reviews.json')

  function accepted(json: string, ...args: string[]) {
    writeFileSync(file, json)
    const printed: string[] = []
    const print = (text: string) => {
      printed.push(text)
    }
    return { status: run([...args, file], { print, error: print }), printed: printed.join('') }
  }

  test('prints who accepted, and ends with 0', () => {
    expect(accepted(response(review()), '--commit', commit)).toEqual({
      status: 0,
      printed: `reviewer accepted ${commit}.\n`,
    })
  })

  test('ends with 1 if no reviewer did', () => {
    expect(accepted(response(), '--commit', commit)).toEqual({
      status: 1,
      printed: `No reviewer accepted ${commit}.\n`,
    })
  })

  test.each([
    ['{"errors":[]}', commit, /^accepted: .+/],
    ['', commit, /^accepted: .+/],
    [response(review()), 'main', /^accepted: --commit takes the 40 hexadecimal digits/],
    [response(review()), '', /^accepted: --commit takes the 40 hexadecimal digits/],
  ])('ends with 2 if it cannot know (%#)', (json, sha, message) => {
    const { status, printed } = accepted(json, '--commit', sha)
    expect(status).toBe(2)
    expect(printed).toMatch(message)
  })
})
