import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectTo } from './connection.ts'

const keys = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'secret' }

const patience = { maxAttempts: 6, requestHandler: { connectionTimeout: 5_000, socketTimeout: 40_000 } }

/** A server that answers like the control API of a local cloud; undefined is 404. */
async function serve(answers: (path: string, token: string) => object | number | undefined) {
  const server = createServer(({ url = '', headers }, response) => {
    const answer = answers(url, headers.authorization ?? '')
    response.statusCode = typeof answer === 'number' ? answer : answer ? 200 : 404
    response.end(typeof answer === 'object' ? JSON.stringify(answer) : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { AWS_ENDPOINT_URL, stop: () => new Promise((resolve) => server.close(resolve)) }
}

test('the Region of AWS is read from either variable of the AWS CLI', async () => {
  const settings = async (environment: NodeJS.ProcessEnv) => (await connectTo('prod', environment)).settings
  expect(await settings({ AWS_DEFAULT_REGION: 'eu-west-1' })).toEqual({ ...patience, region: 'eu-west-1' })
  expect(await settings({ AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'eu-west-2' })).toEqual(patience)
})

test('a local cloud says which stage it runs, and what time it is there', async () => {
  const now = '2027-01-01T00:00:00.000Z'
  const cloud = await serve((path) => (path === '/_local/health' ? { stack: 'confirmation-reminder-prod' } : { now }))
  const { settings, ...connection } = await connectTo('local', { ...keys, AWS_ENDPOINT_URL: cloud.AWS_ENDPOINT_URL })
  expect(connection).toMatchObject({ stage: 'prod', displayName: 'local' })
  expect(await connection.now()).toBe(Date.parse(now))
  expect(settings).toEqual({
    ...patience,
    endpoint: cloud.AWS_ENDPOINT_URL,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'secret' },
  })
  await cloud.stop()
})

test('an endpoint that does not answer, or that needs its token, is refused with what to do', async () => {
  const cloud = await serve((_, token) => (token === 'Bearer secret' ? { stack: 'confirmation-reminder-dev' } : 401))
  const { AWS_ENDPOINT_URL } = cloud
  expect(await connectTo('local', { ...keys, AWS_ENDPOINT_URL })).toMatchObject({ stage: 'dev' })
  await expect(connectTo('local', { AWS_ENDPOINT_URL })).rejects.toThrow('needs its token: set AWS_ACCESS_KEY_ID')
  await cloud.stop()
  await expect(connectTo('local', { AWS_ENDPOINT_URL })).rejects.toThrow(/^Nothing answers at .*npm start/)
  await expect(connectTo('local', { AWS_ENDPOINT_URL: 'moon' })).rejects.toThrow(
    'AWS_ENDPOINT_URL is not a URL: "moon".',
  )
})
