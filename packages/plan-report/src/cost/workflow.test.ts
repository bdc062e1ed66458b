import { workflowOf } from './workflow.ts'

const machine = (States: object, StartAt = 'Wait') => JSON.stringify({ StartAt, States })
const wait = { Type: 'Wait', Seconds: 86_400, Next: 'Remind' }

test("the article's machine waits a day, reminds once, and bills its two states and its start", () => {
  expect(workflowOf(machine({ Wait: wait, Remind: { Type: 'Task', End: true } }))).toEqual({
    waitSeconds: 86_400,
    tasks: 1,
    visits: 1,
    transitions: 3,
    postponable: false,
    known: true,
  })
})

test('a reminder that may be postponed is on the way once, and what it then waits for is not', () => {
  const States = {
    Wait: wait,
    Remind: { Type: 'Task', Next: 'WasPostponed' },
    WasPostponed: { Type: 'Choice', Choices: [{ Next: 'WaitForTurn' }], Default: 'Done' },
    WaitForTurn: { Type: 'Wait', TimestampPath: '$.until', Next: 'Remind' },
    Done: { Type: 'Succeed' },
  }
  expect(workflowOf(machine(States))).toEqual({
    waitSeconds: 86_400,
    tasks: 1,
    visits: 1,
    transitions: 5,
    postponable: true,
    known: true,
  })
})

test('a visit that only keeps the registration is no reminder; the timetable is that of the tasks', () => {
  const timetable = { quietHours: '21:00-08:00 Europe/Berlin', spreadSeconds: 60 }
  const States = {
    Wait: { ...wait, Next: 'Keep' },
    Keep: { Type: 'Task', Parameters: { step: 0 }, Next: 'WaitOn' },
    WaitOn: wait,
    Remind: { Type: 'Task', Parameters: { step: 1, timetable }, End: true },
  }
  const expected = { waitSeconds: 2 * 86_400, tasks: 1, visits: 2, transitions: 5, timetable }
  expect(workflowOf(machine(States))).toMatchObject(expected)
})

test('a delay that comes with the run is not known', () => {
  const States = { Wait: { Type: 'Wait', SecondsPath: '$.delay', Next: 'Remind' }, Remind: { Type: 'Task', End: true } }
  expect(workflowOf(machine(States))).toMatchObject({ waitSeconds: 0, known: false })
})

test('a machine that runs in a circle is followed once around', () => {
  expect(workflowOf(machine({ Wait: { ...wait, Next: 'Wait' } }))).toMatchObject({ transitions: 2 })
})

test.each([undefined, '', 'not JSON', 'null', '{}', '{"StartAt":"Nowhere"}'])(
  '%j is no workflow, and the reason is not reported',
  (text) => {
    expect(workflowOf(text)).toBeUndefined()
  },
)
