import { methodNotAllowed, problem } from './problem.ts'
import { withoutBody } from './response.ts'

test('a problem has the form of RFC 9457', () => {
  const answer = problem({ status: 400, detail: 'Mend it.', errors: [{ field: 'email', detail: 'It is missing.' }] })
  expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' })
  expect(JSON.parse(answer.body ?? '')).toEqual({
    title: 'Bad Request',
    status: 400,
    detail: 'Mend it.',
    errors: [{ field: 'email', detail: 'It is missing.' }],
  })
})

test('405 lists the allowed methods, and HEAD gets it without a body', () => {
  const answer = withoutBody(methodNotAllowed('GET, POST'))
  expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, POST' }, body: '' })
})
