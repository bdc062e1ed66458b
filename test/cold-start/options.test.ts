import { readOptions } from './options.ts'
import { ours, rows } from './rows.ts'

const namesOf = (...args: string[]) => readOptions(args).rows.map(({ name }) => name)
const running = Number.parseInt(process.versions.node, 10)

test('without options it measures every row, on the running Node and on that of Lambda', () => {
  expect(readOptions([])).toMatchObject({ mode: 'report', cpu: false, nodes: [...new Set([running, 24])] })
  expect(namesOf()).toEqual(rows.map(({ name }) => name))
})

test('chosen rows come with the empty handler, which their ratios are of', () => {
  expect(namesOf('--rows', 'middy,register')).toEqual(['empty', 'register', 'middy'])
})

test('the budget is about our rows, on the running Node unless others are named', () => {
  expect(namesOf('--check')).toEqual(['empty', ...ours.map(({ name }) => name)])
  expect(readOptions(['--check']).nodes).toEqual([running])
  expect(readOptions(['--update', '--node', '20', '--node', '24']).nodes).toEqual([20, 24])
})

test.each([
  [['--check', '--update'], '--check and --update exclude each other.'],
  [['--check', '--rows', 'register'], 'leave out --rows and --cpu'],
  [['--update', '--cpu'], 'leave out --rows and --cpu'],
  [['--rows', 'registr'], '--rows takes empty, floor, register,'],
  [['--node', 'lts'], '--node takes a major version from 20 to 99, not "lts".'],
  [['--rounds', '0'], '--rounds takes a whole number from 1 to 100000, not "0".'],
])('%s is refused with what to do', (args, message) => {
  expect(() => readOptions(args)).toThrow(message)
})
