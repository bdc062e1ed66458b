import fc from 'fast-check'
import type { Json } from './json.ts'
import { fillTemplate } from './payload-template.ts'

const scope = (data: Json) => ({ data, context: () => ({ Execution: { Name: 'run' } }) })

test('members that end in .$ get what their path selects, at any depth', () => {
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

test('a path that leads nowhere fails the parameters, and says which', () => {
  expect(() => fillTemplate({ 'address.$': '$.application.address' }, scope({ flagged: false }))).toThrow(
    `States.Runtime: The JSONPath '$.application.address' specified for the field 'address.$' could not be found in the input '{"flagged":false}'`,
  )
})

test('a template without paths is copied as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (template) => {
      fc.pre(!JSON.stringify(template).includes('.$"'))
      expect(fillTemplate(template as Json, scope(null))).toEqual(template)
    }),
  )
})
