import {
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import { claimMs } from '@confirmation-reminder/cli/ship/claim'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import { buildOf, clientsIn, shipInProcess } from '../in-process.ts'
import { LocalCloud } from '../local-cloud.ts'

let cloud: LocalCloud
let lambda: LambdaClient
beforeAll(async () => {
  cloud = await LocalCloud.start()
  lambda = new LambdaClient(cloud.client)
})
afterAll(() => cloud?.dispose())

const FunctionName = resourceName('dev', 'confirm')
const build = (n: number) => buildOf('confirm', n)
const run = (client: LambdaClient, n: number) => shipInProcess(clientsIn(cloud, { lambda: client }), build(n))
const live = () => lambda.send(new GetAliasCommand({ FunctionName, Name: liveAlias }))

/** A client whose process dies at its nth call of Lambda: from then on, nothing is ever answered. */
function dyingClient(n: number, moment: 'before' | 'after'): { client: LambdaClient; died: Promise<void> } {
  const client = new LambdaClient(cloud.client)
  let calls = 0
  let die = () => {}
  const died = new Promise<void>((resolve) => {
    die = resolve
  })
  const send = client.send.bind(client)
  client.send = (async (command: Parameters<typeof send>[0]) => {
    calls += 1
    if (calls === n && moment === 'after') await send(command)
    if (calls < n) return send(command)
    die()
    return new Promise<never>(() => {})
  }) as typeof client.send
  return { client, died }
}

const answers = async (Qualifier: string) => {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Qualifier, Payload: '{}' }))
  return JSON.parse(Buffer.from(Payload ?? []).toString())
}

// The calls of Lambda that a ship makes, from its first look to its last change.
const calls = Array.from({ length: 12 }, (_, n) => n + 1)
const deaths = calls.flatMap((n) => (['before', 'after'] as const).map((moment) => [n, moment] as const))

test('a ship makes as many calls as there are deaths below', async () => {
  const { client, died } = dyingClient(calls.length + 1, 'before')
  const ended = run(client, 1).then(() => 'shipped')
  expect(await Promise.race([ended, died.then(() => 'died')])).toBe('shipped')
  const last = dyingClient(calls.length, 'before')
  void run(last.client, 2)
  await last.died
  await cloud.skip(claimMs / 1000 + 1)
})

test.each(deaths)(
  'dead at call %i, %s it is done: live works, and the next ship mends and ships',
  async (n, moment) => {
    const number = 10 * n + (moment === 'before' ? 0 : 1)
    const { client, died } = dyingClient(n, moment)
    void run(client, number)
    await died

    const { FunctionVersion = '', RoutingConfig } = await live()
    for (const version of [FunctionVersion, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})]) {
      expect(await answers(version)).toMatch(/^build/)
    }
    // Its claim lapses; of a process of this machine that is gone, the next one would know at once.
    await cloud.skip(claimMs / 1000 + 1)
    await run(lambda, number)
    expect(await answers(liveAlias)).toBe(`build ${number}`)
    const alias = await live()
    expect(alias.RoutingConfig).toBeUndefined()
    expect(alias.Description).toMatch(
      new RegExp(`^${build(number).description}; live before version ${alias.FunctionVersion}: \\d`),
    )
  },
)

test('of many simultaneous ships one succeeds, and the others report it', async () => {
  const numbers = [201, 202, 203, 204, 205]
  const outcomes = await Promise.allSettled(numbers.map((n) => run(new LambdaClient(cloud.client), n)))
  const shipped = numbers.filter((_, index) => outcomes[index]?.status === 'fulfilled')
  expect(shipped).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ exitCode: 4 })
  }
  expect(await answers(liveAlias)).toBe(`build ${shipped[0]}`)
})

test('a ship that meets another upload rolls live back, and leaves nothing to repair', async () => {
  const client = new LambdaClient(cloud.client)
  const send = client.send.bind(client)
  client.send = (async (command: Parameters<typeof send>[0]) => {
    if (command instanceof UpdateFunctionCodeCommand) {
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: build(301).zip }))
    }
    return send(command)
  }) as typeof client.send
  const { FunctionVersion } = await live()
  await expect(run(client, 302)).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining('uploading') })
  const alias = await live()
  expect(alias).toMatchObject({ FunctionVersion, Description: expect.not.stringMatching(/^ship /) })
  expect(alias.RoutingConfig).toBeUndefined()
})

test('a ship that cannot give live back, because an update is in progress, reports that and the command', async () => {
  const client = new LambdaClient(cloud.client)
  const send = client.send.bind(client)
  let refused = false
  client.send = (async (command: Parameters<typeof send>[0]) => {
    if (command instanceof InvokeCommand) {
      refused = true
      throw new Error('refused')
    }
    if (!refused || !(command instanceof UpdateAliasCommand)) return send(command)
    throw Object.assign(new Error('An update is in progress.'), { name: 'ResourceConflictException' })
  }) as typeof client.send
  const { FunctionVersion } = await live()
  await expect(run(client, 351)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(
      `^refused.*An update is in progress.*confirm --stage local --to ${FunctionVersion}"`,
    ),
  })
  await cloud.skip(claimMs / 1000 + 1)
})

test('a ship that loses its connection reports why, that live needs a rollback, and the command', async () => {
  const client = new LambdaClient(cloud.client)
  const send = client.send.bind(client)
  let lost = false
  client.send = (async (command: Parameters<typeof send>[0]) => {
    lost ||= command instanceof InvokeCommand
    if (lost) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    return send(command)
  }) as typeof client.send
  await expect(run(client, 401)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(
      /^AWS cannot be reached.*Rollback of alias `live` on .* failed.*"npm run ship -- rollback confirm --stage local --to \d+"/,
    ),
  })
  expect((await live()).Description).toMatch(/^ship /)
})
