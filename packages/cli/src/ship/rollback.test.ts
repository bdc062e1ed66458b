import { versionBefore } from './history.ts'
import { rollbackTo } from './rollback.ts'

const found = (version: string, description = '', weights = {}) => ({
  alias: { version, weights, description, revisionId: 'r' },
  live: {},
  latest: {},
})
const published = ['1', '2', '3', '4', '5']

test('it goes to the version that was live before, which need not be the one published before', () => {
  expect(rollbackTo(found('5', versionBefore.write('reminder 0.3.0', '2')), published, undefined)).toBe('2')
})

test('if the alias does not record one, it is the one published before', () => {
  expect(rollbackTo(found('3', 'by Terraform'), published, undefined)).toBe('2')
})

test('a canary ends with the version that has most calls', () => {
  expect(rollbackTo(found('4', 'ship …', { 5: 0.1 }), published, undefined)).toBe('4')
})

test('the named version wins, if it exists', () => {
  expect(rollbackTo(found('4', '', { 5: 0.1 }), published, '1')).toBe('1')
  expect(() => rollbackTo(found('4'), published, '9')).toThrow('There is no version 9. The versions are 1, 2, 3, 4, 5.')
})

test('there is no version before the first', () => {
  expect(() => rollbackTo(found('1'), published, undefined)).toThrow('name one with --to')
})
