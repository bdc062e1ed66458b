import fc from 'fast-check'
import { historyAt, recordedIn, recordOf, spaceOfRecord, versionsBefore, withEnd, withoutRecord } from './history.ts'

const versions = fc.integer({ min: 1, max: 999_999 }).map(String)

test('the versions before are read back from a description of any length', () => {
  const before = fc.uniqueArray(versions, { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(fc.string({ maxLength: 256 }), versions, before, (text, version, before) => {
      const description = withEnd(text, recordOf(version, before))
      expect(description.length).toBeLessThanOrEqual(256)
      expect(recordedIn(description)).toEqual({ version, before })
      expect(versionsBefore({ version, description })).toEqual(before)
    }),
  )
})

test('a record has as many versions as fit, the latest first, and at most ten', () => {
  const many = Array.from({ length: 12 }, (_, n) => String(100_000 - n))
  expect(recordOf('123456', many, spaceOfRecord)).toBe('; live before version 123456: 100000')
  expect(recordOf('123456', many, spaceOfRecord - 1)).toBe('')
  expect(recordedIn(recordOf('9', many))?.before).toEqual(many.slice(0, 10))
  expect(recordOf('9', [])).toBe('')
})

test('a record of an earlier release is read, which does not name the version that it was written for', () => {
  expect(recordedIn('reminder 0.3.0; before: version 12')).toEqual({ version: undefined, before: ['12'] })
  expect(versionsBefore({ version: '14', description: 'reminder 0.3.0; before: version 12' })).toEqual(['12'])
  expect(withoutRecord('reminder 0.3.0; before: version 12')).toBe('reminder 0.3.0')
})

test('a description without a record, or with that of another version, says nothing', () => {
  expect(recordedIn('reminder 0.3.0')).toBeUndefined()
  expect(versionsBefore({ version: '9', description: 'reminder 0.3.0' })).toEqual([])
  expect(versionsBefore({ version: '9', description: withEnd('it', recordOf('10', ['8'])) })).toEqual([])
})

test.each([
  ['a new version follows all', '11', ['10', '8', '5']],
  ['the live version stays where it is', '10', ['8', '5']],
  ['an earlier version has those before it', '8', ['5']],
  ['the earliest has none', '5', []],
  ['a version that was not live follows all', '9', ['10', '8', '5']],
])('%s', (_, version, before) => {
  expect(historyAt({ version: '10', description: withEnd('it', recordOf('10', ['8', '5'])) }, version)).toEqual(before)
})

test('$LATEST is no version to go back to', () => {
  expect(historyAt({ version: '$LATEST', description: '' }, '3')).toEqual([])
})
