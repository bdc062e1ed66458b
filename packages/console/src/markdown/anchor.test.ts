import { anchorOf } from './anchor.ts'

test.each([
  ['ExecutionsFailed', 'executionsfailed'],
  ['mail-EventsLate', 'mail-eventslate'],
  ['Outages that runs survive', 'outages-that-runs-survive'],
  ['`SendInDoubt`: what then?', 'sendindoubt-what-then'],
])('%s is #%s', (heading, anchor) => {
  expect(anchorOf(heading)).toBe(anchor)
})
