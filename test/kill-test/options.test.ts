import { UsageError } from '@confirmation-reminder/options/usage-error'
import { readOptions } from './options.ts'

test('without options it is the published test', () => {
  expect(readOptions([])).toEqual({
    ...{ stage: 'dev', registrations: 10_000, seed: 1, help: false },
    outages: ['ses', 'lambda', 'table', 'paused', 'feedback'],
  })
})

test.each([
  ['--registrations', '0', '--registrations takes a whole number from 1 to 9999999, not "0"'],
  ['--registrations', '10000000', '--registrations takes a whole number from 1 to 9999999'],
  ['--seed', '4294967296', '--seed takes a whole number from 0 to 4294967295'],
  ['--registrations', '1e3', '--registrations takes a whole number'],
  ['--seed', '-1', '--seed'],
  ['--stage', 'production', '--stage takes dev or prod, not "production"'],
  ['--outages', 'ses,lamda', '--outages takes ses, lambda, table, paused or feedback, not "lamda"'],
  ['--sed', '1', 'Unknown option --sed. Did you mean --seed?'],
])('%s %s is refused and says what is possible', (option, value, said) => {
  expect(() => readOptions([option, value])).toThrow(UsageError)
  expect(() => readOptions([option, value])).toThrow(said)
})

test.each([0, 1_795_743_212, 4_294_967_295])('--seed %d is accepted', (seed) => {
  expect(readOptions(['--seed', String(seed)]).seed).toBe(seed)
})

test.each([
  ['none', []],
  ['lambda', ['lambda']],
  ['table,ses', ['table', 'ses']],
])('--outages %s', (value, outages) => {
  expect(readOptions(['--outages', value]).outages).toEqual(outages)
})
