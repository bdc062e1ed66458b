import fc from 'fast-check'
import { fillTemplate } from './input-output-processing.ts'
import type { Json } from './json.ts'

const scope = (data: Json) => ({ data, context: () => ({ Execution: { Name: 'run' } }) })

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

test('a template without paths is copied unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (template) => {
      fc.pre(!JSON.stringify(template).includes('.$"'))
      expect(fillTemplate(template as Json, scope(null))).toEqual(template)
    }),
  )
})
