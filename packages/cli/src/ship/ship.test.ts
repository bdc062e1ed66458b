import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DeployedFunction } from './deployed-function.ts'
import { planOf } from './plan.ts'
import { ship } from './ship.ts'
import { failure, LambdaInMemory } from './test/lambda-in-memory.ts'

/** Ships new code to a Lambda that answers no dry run, and then no change of the alias; each fails with its error. */
async function shipped(dryRun: unknown, giveBack: unknown): Promise<void> {
  const lambda = new LambdaInMemory()
  let isTried = false
  const client = lambda.client(({ action }, perform) => {
    if (action === 'Invoke') {
      isTried = true
      throw dryRun
    }
    if (isTried && action === 'UpdateAlias') throw giveBack
    return perform()
  })
  const target = new DeployedFunction(client, 'f', 0)
  const deployed = await target.read()
  const build = {
    name: 'confirm',
    zip: Buffer.from('new'),
    sha256Base64: 'new',
    committed: true,
    description: 'new',
  } as const
  await ship({
    clients: {
      stage: 'dev',
      displayName: 'dev',
      lambda: client,
      cloudWatchOf: () => Object.create(CloudWatchClient.prototype),
      states: Object.create(SFNClient.prototype),
      now: async () => 0,
      pollMs: 0,
    },
    target,
    deployed,
    build,
    plan: planOf({ build, deployed, canaryMinutes: 0, nowMs: 0, rollback: 'rollback' }),
    samples: [{ version: '1.0.0', payload: {} }],
    terminal: { say: () => {}, progress: () => {} },
    signal: new AbortController().signal,
  })
}

// Node tries both addresses of a host, and says nothing of either.
const unreachable = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })

test.each([
  [
    'is not reached',
    unreachable,
    /^AWS cannot be reached: .* ECONNREFUSED\. Rollback of alias `live` on f failed: AWS cannot be reached: .* ECONNREFUSED\. Run "/,
  ],
  [
    'throttles',
    failure('TooManyRequestsException'),
    /^AWS accepts no more calls .* Rollback of alias `live` on f failed: AWS accepts no more calls .* Run "/,
  ],
  [
    'has another operation in progress',
    failure('ResourceConflictException'),
    /^Another operation on this function is in progress: .* Rollback of alias `live` on f failed: Another operation on f is in progress.* Run "/,
  ],
])('if AWS %s when live is given back, the message says so in words, with the command', async (_, error, message) => {
  await expect(shipped(error, error)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(
      new RegExp(`${message.source}npm run ship -- rollback confirm --stage dev --to 1"\\.$`),
    ),
  })
})
