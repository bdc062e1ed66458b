import { nodeOfFunctions } from './node-of-functions.ts'

test('a Node that differs from that of AWS is named, with the remedy', () => {
  expect(nodeOfFunctions(['nodejs24.x', 'nodejs24.x'], '20.20.2')).toBe(
    'Functions run on Node 20.20.2 here, on AWS on Node 24. To use that here: npx -y -p node@24 npm start',
  )
  expect(nodeOfFunctions(['nodejs22.x', 'nodejs24.x'], '22.1.0')).toContain('on AWS on Node 24.')
  expect(nodeOfFunctions(['nodejs22.x', 'nodejs24.x'], '20.20.2')).toMatch(/on AWS on Node 22 and 24\. .* node@24 /)
})

test('the same Node is not worth a line, nor is a stack without functions', () => {
  expect(nodeOfFunctions(['nodejs24.x'], '24.11.0')).toBeUndefined()
  expect(nodeOfFunctions([])).toBeUndefined()
})
