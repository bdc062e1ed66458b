import { writeClaim } from './claim.ts'
import { recordOf } from './history.ts'
import { outlookOf, printedRollback, rollbackTo } from './rollback.ts'

const found = (version: string, description = '', weights = {}) => ({
  alias: { version, weights, description, revisionId: 'r' },
})
const published = ['1', '2', '3', '4', '5']
const claim = (by: string, record = '') =>
  `${writeClaim({ id: '1', what: 'reminder 0.4.0', by, aliveUntilMs: 1000 })}${record}`

test('it goes to the version that was live before, which need not be the one published before', () => {
  expect(rollbackTo(found('5', `reminder 0.3.0${recordOf('5', ['2', '1'])}`), published, undefined)).toBe('2')
  expect(rollbackTo(found('5', 'reminder 0.3.0; before: version 2'), published, undefined)).toBe('2')
})

test('a claim changes nothing of that, alive or dead', () => {
  expect(rollbackTo(found('5', claim('ada@elsewhere:7', recordOf('5', ['2']))), published, undefined)).toBe('2')
})

test('a version that was deleted is skipped, and named', () => {
  const alias = found('5', `reminder 0.3.0${recordOf('5', ['4', '2'])}`)
  const left = ['1', '2', '3', '5']
  expect(rollbackTo(alias, left, undefined)).toBe('2')
  expect(printedRollback(alias, left, '2', 0)).toEqual([
    'Version 4 was live after version 2, but no longer exists.',
    'live is version 5. Give all calls to version 2.',
  ])
})

test.each([
  ['a description without a record', found('3', 'by Terraform'), /^live is version 3\. .* records no version.* --to: /],
  ['the first version', found('1'), /none to go back to\. .* they are 1, 2, 3, 4, 5\.$/],
  ['versions that are all deleted', found('5', recordOf('5', ['9', '8'])), /live before, 9, 8, none exists any more/],
  [
    'an alias that was changed by hand',
    found('4', `it${recordOf('5', ['2', '1'])}`),
    /^live is version 4\. live was changed without this command: .* for version 5, .* Live were, the latest first, 5, 2, 1\./,
  ],
])('it does not guess: %s', (_, alias, message) => {
  expect(() => rollbackTo(alias, published, undefined)).toThrow(message)
})

test('a canary ends with the version that has most calls', () => {
  const canary = found('4', claim('ada@elsewhere:7', recordOf('4', ['3'])), { 5: 0.1 })
  expect(rollbackTo(canary, published, undefined)).toBe('4')
  expect(printedRollback(canary, published, '4', 999)).toEqual([
    'ada@elsewhere:7 is shipping reminder 0.4.0: this ends it.',
    'live is version 4, with 10 % to version 5. Give all calls to version 4.',
  ])
  expect(printedRollback(canary, published, '4', 1000)[0]).toContain('died while shipping')
})

test('the named version wins, if it exists', () => {
  expect(rollbackTo(found('4', '', { 5: 0.1 }), published, '1')).toBe('1')
  expect(() => rollbackTo(found('4'), published, '9')).toThrow('There is no version 9. The versions are 1, 2, 3, 4, 5.')
})

test('a status says what a rollback would do', () => {
  expect(outlookOf(found('5', recordOf('5', ['2'])).alias, published)).toBe('A rollback goes to version 2.')
  expect(outlookOf(found('5').alias, published)).toMatch(/^A rollback needs --to\. The description of live records no/)
})
