import { simulate } from '../test/simulate.ts'
import type { Json } from '../values/json.ts'

const fail = (fields: object, input: Json = {}) =>
  simulate({ StartAt: 'Stop', States: { Stop: { Type: 'Fail', ...fields } } }, { input })

test('fails the run with the error and cause that the definition names', () => {
  const { run, events } = fail({ Error: 'NoStock', Cause: 'The shelf is empty.' })
  expect(run).toMatchObject({ status: 'FAILED', error: 'NoStock', cause: 'The shelf is empty.' })
  expect(events.slice(1)).toMatchObject([
    { type: 'FailStateEntered', stateEnteredEventDetails: { name: 'Stop' } },
    {
      type: 'ExecutionFailed',
      previousEventId: 2,
      executionFailedEventDetails: { error: 'NoStock', cause: 'The shelf is empty.' },
    },
  ])
})

test('fails the run with the error and cause that the input names', () => {
  expect(fail({ ErrorPath: '$.e', CausePath: '$.c' }, { e: 'E', c: 'C' }).run).toMatchObject({ error: 'E', cause: 'C' })
  expect(fail({ ErrorPath: '$.e' }, { e: 5 }).run).toMatchObject({ error: 'States.Runtime' })
  expect(fail({ ErrorPath: '$.a.b' }, { e: 5 }).run).toMatchObject({
    error: 'States.Runtime',
    cause: `An error occurred while executing the state 'Stop' (entered at the event id #2). The JSONPath '$.a.b' specified for the field 'ErrorPath' could not be found in the input '{"e":5}'`,
  })
})

test('fails the run without error and cause if the state has neither', () => {
  expect(fail({}).events.at(-1)).toMatchObject({ executionFailedEventDetails: {} })
})
