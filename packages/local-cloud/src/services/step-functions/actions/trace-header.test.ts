import { statesOfEachTest, waiting } from '../test/open-states.ts'
import { traceHeaderOf } from './trace-header.ts'

const open = statesOfEachTest()

const root = 'Root=1-5759e988-bd862e3fe1be46a994272793'
const begun = (sampled: number) =>
  expect.stringMatching(new RegExp(`^Root=1-5c2aad80-[0-9a-f]{24};Sampled=${sampled}$`))

// What DescribeExecution was recorded to show: tracing_control in the test data of radkawar/stackd.
test.each<[string | undefined, boolean, unknown]>([
  [undefined, false, undefined],
  [undefined, true, begun(1)],
  ['', false, begun(1)],
  ['not-a-trace-header', true, begun(1)],
  ['not-a-trace-header', false, begun(1)],
  ['Root=not-enabled;Sampled=1', true, begun(1)],
  ['Root=not-enabled;Sampled=0', false, begun(0)],
  [root, false, `${root};Sampled=1`],
  [`${root};Sampled=0`, true, `${root};Sampled=0`],
  [`${root};Parent=53995c3f42cd8ad8;Sampled=1`, true, `${root};Parent=53995c3f42cd8ad8;Sampled=1`],
])('the header %p, with tracing: %p, becomes %p', (given, tracing, expected) => {
  expect(traceHeaderOf(given, tracing, Date.parse('2019-01-01T00:00:00Z'))).toEqual(expected)
})

test('a run shows its trace header', async () => {
  const { start, describe } = await open({ definition: waiting, configuration: { tracing: true } })
  expect(await describe(await start())).toMatchObject({ traceHeader: expect.stringMatching(/^Root=1-.*;Sampled=1$/) })
})
