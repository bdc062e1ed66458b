import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerUnsigned } from './control-router.ts'

const server = createServer(answerUnsigned({ '/_local/health': { GET: () => ({ status: 'ok' }) } }))
beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)))
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

test.each([
  ['GET', '/', 200, 'text/html; charset=utf-8'],
  ['GET', '/?token=any', 200, 'text/html; charset=utf-8'],
  ['GET', '/_local/health', 200, 'application/json'],
  ['POST', '/', 404, 'application/problem+json'],
  ['GET', '/elsewhere', 404, 'application/problem+json'],
  ['GET', '/?Action=DeleteTable&X-Amz-Credential=a', 404, 'application/problem+json'],
  ['GET', '/?token=any&Action=DeleteTable', 404, 'application/problem+json'],
])('%s %s is %d', async (method, path, status, type) => {
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type])
})
