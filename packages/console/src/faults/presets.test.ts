import { describeRule, isSame, presets } from './presets.ts'

test('each preset says what happens, and no two have the same rule', () => {
  for (const { title, effect } of presets) expect(`${title} ${effect}`).toMatch(/\w.+\.$/)
  for (const one of presets) expect(presets.filter(({ rule }) => isSame(rule, one.rule))).toHaveLength(1)
})

test('an active rule is recognised by its members, not by its counts', () => {
  const rule = { service: 'ses', action: 'SendRawEmail', kind: 'crashCaller', times: 3 }
  const active = { kind: 'crashCaller', service: 'ses', action: 'SendRawEmail', times: 1, injected: 2 }
  expect(isSame(active, rule)).toBe(true)
  expect(isSame({ ...active, action: 'SendEmail' }, rule)).toBe(false)
  const { times, ...always } = rule
  expect(isSame({ ...always, rate: 1 }, rule)).toBe(false)
})

test('a rule is described in a line', () => {
  const call = { service: 'ses', action: 'SendRawEmail' }
  expect(describeRule({ ...call, kind: 'error', error: 'Throttling', rate: 0.33 })).toBe(
    'ses SendRawEmail: error Throttling, 33 % of the calls',
  )
  expect(describeRule({ ...call, kind: 'latency', latencyMilliseconds: 10, rate: 1, match: 'ada' })).toBe(
    'ses SendRawEmail: latency 10 ms, every call where ada',
  )
  expect(describeRule({ ...call, kind: 'crashCaller', times: 1, match: { caller: 'reminder' } })).toBe(
    'ses SendRawEmail: crashCaller, once more where caller has reminder',
  )
})
