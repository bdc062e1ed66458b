import { readLine, shortName, withNewer } from './read-line.ts'

const customerId = 'd94b1f0c-6d3c-5a70-9a4e-0f1c2b3d4e5f'
const traceId = '3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f'

test('a line of JSON has its message, its run, and what it says besides', () => {
  const line = {
    level: 'info',
    message: 'ends',
    function: 'reminder',
    requestId: 'r',
    customerId,
    traceId,
    outcome: 'sent',
    mail: { id: 'x', kind: 'reminder', step: 1 },
  }
  expect(readLine(JSON.stringify(line))).toEqual({
    message: 'ends',
    fields: [
      ['outcome', 'sent'],
      ['mail', 'reminder, step 1'],
    ],
    run: `${customerId}_${traceId}`,
    traceId,
  })
})

test.each(['hello', '{not JSON', '<script>alert(1)</script>', ''])('%j is a message as it is', (line) => {
  expect(readLine(line)).toEqual({ message: line, fields: [] })
})

test('what a line counts is among its fields, and one without a message writes', () => {
  expect(readLine('{"message":"ends","_aws":{},"Lapsed":1}')).toEqual({ message: 'ends', fields: [['Lapsed', '1']] })
  expect(readLine('{"customerId":"a b","a":1}')).toEqual({ message: 'writes', fields: [['a', '1']] })
})

test('newer rows come first, each once, and the oldest are dropped', () => {
  const rows = (...ids: string[]) => ids.map((id) => ({ id }))
  expect(withNewer(rows('3', '2', '1'), rows('5', '4', '3'), 4)).toEqual(rows('5', '4', '3', '2'))
})

test('functions have a short name', () => {
  expect(shortName('confirmation-reminder-dev-reminder')).toBe('reminder')
})
