import fc from 'fast-check'
import type { Json } from '../values/json.ts'
import { fillTemplate } from './language-jsonpath.ts'

const scope = (data: Json) => ({
  data,
  context: () => ({ Execution: { Name: 'run' } }),
  variables: {},
  random: () => 0.5,
})

test('members that end in .$ have the value that their path selects, at any depth', () => {
  const template = {
    fixed: 1,
    'name.$': '$$.Execution.Name',
    inner: { 'all.$': '$', list: [{ 'id.$': '$.id' }, '$.id'] },
  }
  expect(fillTemplate(template, scope({ id: 7 }))).toEqual({
    fixed: 1,
    name: 'run',
    inner: { all: { id: 7 }, list: [{ id: 7 }, '$.id'] },
  })
})

test('a path that selects nothing fails the parameters, and the error names it', () => {
  expect(() => fillTemplate({ 'address.$': '$.application.address' }, scope({ flagged: false }))).toThrow(
    `States.Runtime: The JSONPath '$.application.address' specified for the field 'address.$' could not be found in the input '{"flagged":false}'`,
  )
})

// As AWS was seen to answer: floci-io/floci, pull request 3199.
// https://zenn.dev/sotaro8181/articles/9f265419e4fda9
test('a negative index finds no element, and a length less a number does', () => {
  const data = { array: [{ name: 'hoge' }] }
  expect(() => fillTemplate({ 'hoge.$': '$.array[-1].name' }, scope(data))).toThrow(
    `The JSONPath '$.array[-1].name' specified for the field 'hoge.$' could not be found in the input '${JSON.stringify(data)}'`,
  )
  expect(fillTemplate({ 'hoge.$': '$.array[(@.length-1)]' }, scope(data))).toEqual({ hoge: { name: 'hoge' } })
})

test('an index past the end of its list gives null, and a member of it fails', () => {
  expect(fillTemplate({ 'item.$': '$.items[5]' }, scope({ items: [1] }))).toEqual({ item: null })
  expect(() => fillTemplate({ 'item.$': '$.items[5].id' }, scope({ items: [1] }))).toThrow(
    'could not be found in the input',
  )
  expect(() => fillTemplate({ 'item.$': '$.items[5]' }, scope({}))).toThrow('could not be found in the input')
})

// As AWS was seen to fail the run, in a question about a task whose input is what a function returned: nothing.
test('a path of a template cannot read null, and other templates can', () => {
  expect(() => fillTemplate({ 'all.$': '$' }, scope(null))).toThrow(
    'States.Runtime: Unable to apply Path transformation to null or empty input.',
  )
  expect(fillTemplate({ 'name.$': '$$.Execution.Name', 'list.$': 'States.Array(1)' }, scope(null))).toEqual({
    name: 'run',
    list: [1],
  })
})

test('a template without paths is copied unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (template) => {
      fc.pre(!JSON.stringify(template).includes('.$"'))
      expect(fillTemplate(template as Json, scope(null))).toEqual(template)
    }),
  )
})
