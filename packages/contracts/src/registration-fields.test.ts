import fc from 'fast-check'
import * as v from 'valibot'
import { AttributeRules, isAttributeName, trapField } from './registration-fields.ts'

const read = (json: string) => v.safeParse(AttributeRules, json)
const name = fc.stringMatching(/^[a-z][a-zA-Z\d_]{0,29}$/).filter(isAttributeName)
const rules = fc.dictionary(name, fc.record({ maxLength: fc.integer({ min: 1, max: 500 }) }), {
  maxKeys: 10,
  noNullPrototype: true,
})

test('all rules are read as they were written', () => {
  fc.assert(
    fc.property(rules, (written) => {
      expect(read(JSON.stringify(written))).toMatchObject({ success: true, output: written })
    }),
  )
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"plan":40}',
  '{"plan":{"maxLength":"40"}}',
  '{"plan":{"maxLength":-1}}',
  '{"plan":{"maxLength":40},}',
  '{"plan":{"maxLength":40}{"b":{"maxLength":40}}',
  '{"plan":{}}',
])('%j is no such text', (json) => {
  expect(read(json)).toMatchObject({ success: false, issues: [{ message: 'is no JSON of names with a maxLength' }] })
})

test.each(['plan', 'utm_source', 'n', 'firstName2', 'n'.repeat(30)])('an attribute may be called %s', (allowed) => {
  expect(isAttributeName(allowed)).toBe(true)
})

test.each([
  'email',
  'locale',
  'returnTo',
  trapField,
  '__proto__',
  'constructor',
  'valueOf',
  '',
  'Plan',
  'n'.repeat(31),
])('an attribute may not be called %j', (refused) => {
  expect(isAttributeName(refused)).toBe(false)
})
