import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newerCommit } from './build.ts'

describe('in a checkout of the second of three commits', () => {
  const folder = mkdtempSync(join(tmpdir(), 'commits-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim()
  const commit = () => {
    git('commit', '--quiet', '--allow-empty', '--message', 'one more')
    return git('rev-parse', '--short=12', 'HEAD')
  }
  let [older, own, newer, beside] = ['', '', '', '']
  beforeAll(() => {
    git('init', '--quiet')
    ;[older, own, newer] = [commit(), commit(), commit()]
    git('checkout', '--quiet', older)
    beside = commit()
    git('checkout', '--quiet', own)
  })

  const found = (description?: string) => newerCommit(folder, description)

  test('the third is newer, also if it was shipped with changes', () => {
    expect(found(`reminder 0.1.0, commit ${newer}`)).toBe(newer)
    expect(found(`reminder 0.1.0, commit ${newer} with changes`)).toBe(newer)
  })

  test('none of the others is newer', () => {
    for (const commit of [older, own, beside]) expect(found(`reminder 0.1.0, commit ${commit}`)).toBeUndefined()
  })

  test('a version without a commit, or with one that git does not know, is not newer', () => {
    expect(found()).toBeUndefined()
    expect(found('reminder 0.1.0, no commit')).toBeUndefined()
    expect(found('reminder 0.1.0, commit 0123456789ab')).toBeUndefined()
  })
})

test('outside a checkout nothing is newer', () => {
  expect(newerCommit(tmpdir(), 'reminder 0.1.0, commit 0123456789ab')).toBeUndefined()
})
