import { embeddedMetrics } from './embedded-metrics.ts'

const at = 1_795_000_000_000
const line = (values: object, Dimensions: string[][] = [[]], Metrics: object[] = [{ Name: 'Failed', Unit: 'Count' }]) =>
  JSON.stringify({
    _aws: { Timestamp: at, CloudWatchMetrics: [{ Namespace: 'ours', Dimensions, Metrics }] },
    ...values,
  })
const failed = { namespace: 'ours', name: 'Failed', unit: 'Count', atMs: at }

test('a line of a log may contain metrics', () => {
  expect(embeddedMetrics(line({ Failed: 2 }))).toEqual([{ ...failed, dimensions: {}, value: 2 }])
})

test('with several values, in several sets of dimensions, without a unit', () => {
  const found = embeddedMetrics(line({ Failed: [1, 2], Stage: 'dev' }, [[], ['Stage']], [{ Name: 'Failed' }]))
  expect(found).toEqual([
    { ...failed, unit: 'None', dimensions: {}, value: 1 },
    { ...failed, unit: 'None', dimensions: {}, value: 2 },
    { ...failed, unit: 'None', dimensions: { Stage: 'dev' }, value: 1 },
    { ...failed, unit: 'None', dimensions: { Stage: 'dev' }, value: 2 },
  ])
})

test.each([
  ['text', 'begins'],
  ['another JSON', '{"level":"info","message":"ends"}'],
  ['broken JSON', '{"_aws":'],
  ['another shape', '{"_aws":{"Timestamp":"now"}}'],
  ['no value', line({})],
  ['a value that is no number', line({ Failed: '2' })],
])('%s contains none', (_, text) => {
  expect(embeddedMetrics(text)).toEqual([])
})
