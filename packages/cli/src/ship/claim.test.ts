import { hostname } from 'node:os'
import fc from 'fast-check'
import { isAlive, me, readClaim, writeClaim } from './claim.ts'
import { recordOf, spaceOfRecord } from './history.ts'

const claims = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{8}$/),
  what: fc.stringMatching(/^[a-z]{3,12} \d\.\d\.\d, commit [0-9a-f]{12}( with changes)?$/),
  by: fc.stringMatching(/^[a-z]{1,20}@[a-z.-]{1,40}:\d{1,6}$/),
  aliveUntilMs: fc.integer({ min: 0, max: 4e12 }),
})

test('a claim is read back from the description of an alias, and fits into it', () => {
  fc.assert(
    fc.property(claims, (claim) => {
      expect(readClaim(writeClaim(claim))).toEqual(claim)
      expect(writeClaim(claim).length).toBeLessThanOrEqual(256)
    }),
  )
})

test('the longest claim leaves space for the version that was live before', () => {
  const by = me({ GITHUB_ACTOR: 'a'.repeat(300), GITHUB_RUN_ID: '1'.repeat(300) })
  const text = writeClaim({ id: '0a1b2c3d', what: 'x'.repeat(300), by, aliveUntilMs: 0 })
  expect(text.length).toBeLessThanOrEqual(256 - spaceOfRecord)
  const claim = readClaim(`${text}${recordOf('123456', ['123455', '123454'], 256 - text.length)}`)
  expect(claim).toEqual({ id: '0a1b2c3d', what: expect.stringMatching(/^x{40,}$/), by, aliveUntilMs: 0 })
})

test.each(['', 'What callers invoke.', 'reminder 0.1.0, commit 0a1b; before: version 3', 'ship: soon'])(
  '%j is no claim',
  (description) => {
    expect(readClaim(description)).toBeUndefined()
  },
)

test('a claim expires by itself, and at once if its process on this machine has ended', () => {
  const claim = { id: '1', what: 'it', by: me(), aliveUntilMs: 1000 }
  expect(isAlive(claim, 999)).toBe(true)
  expect(isAlive(claim, 1000)).toBe(false)
  expect(isAlive({ ...claim, by: `ada@${hostname()}:4242` }, 999, () => false)).toBe(false)
  expect(isAlive({ ...claim, by: 'ada@elsewhere:4242' }, 999, () => false)).toBe(true)
})

test('a job of GitHub is named by its run, and alive until its claim expires', () => {
  const by = me({ GITHUB_ACTOR: 'ada', GITHUB_RUN_ID: '17' })
  expect(by).toBe(`ada@github-run-17:${process.pid}`)
  expect(isAlive({ id: '1', what: 'it', by, aliveUntilMs: 1000 }, 999, () => false)).toBe(true)
})
