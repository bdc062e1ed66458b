import { routeFor } from './answer.ts'

const routes = ['$default', 'ANY /confirm', 'POST /confirm', 'POST /registrations'].map((key) => ({
  key,
  functionArn: key,
}))
const taken = (method: string, path: string, from = routes) => routeFor(from, method, path)?.key

test.each([
  ['POST', '/confirm', 'POST /confirm'],
  ['PUT', '/confirm', 'ANY /confirm'],
  ['HEAD', '/confirm', 'ANY /confirm'],
  ['GET', '/registrations', '$default'],
  ['POST', '/confirm/', '$default'],
])('%s %s takes the route %s', (method, path, key) => {
  expect(taken(method, path)).toBe(key)
})

test('without $default, a request that no route matches has no route', () => {
  expect(taken('GET', '/registrations', routes.slice(1))).toBeUndefined()
})
