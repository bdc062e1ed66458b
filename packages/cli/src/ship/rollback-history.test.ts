import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { SFNClient } from '@aws-sdk/client-sfn'
import fc from 'fast-check'
import type { Build } from './build.ts'
import { claimMs, readClaim } from './claim.ts'
import { DeployedFunction } from './deployed-function.ts'
import { planOf } from './plan.ts'
import { rollBack, rollbackTo } from './rollback.ts'
import { ship } from './ship.ts'
import type { StageClients } from './stage-clients.ts'
import { failure, LambdaInMemory } from './test/lambda-in-memory.ts'

/** How a ship ends. */
type End = 'shipped' | 'refused dry run' | 'failed upload' | 'failed canary' | 'interrupted canary'

/** One step of a function's life. A process that dies at its nth call of Lambda dies before or after it is done. */
type Step =
  | { do: 'ship'; end: End; canary: boolean; death?: Death | undefined }
  | { do: 'roll back'; to?: number | undefined; death?: Death | undefined }
  | { do: 'change by hand'; to: number; description: 'kept' | 'replaced' }
  | { do: 'split by hand'; to: number }
  | { do: 'delete'; version: number }

interface Death {
  call: number
  when: 'before' | 'after'
}

/** A function, and what a person would write down who watches its alias: the only judge of a rollback. */
class Life {
  readonly lambda = new LambdaInMemory()
  /** What was live before the version that is live now, the latest first; from a change by hand on nothing is known. */
  before: string[] = []
  /** What had all calls at any time. */
  readonly everLive = new Set(['1'])
  // `before` at each state that the command has left. A description names no time: a change by hand can bring one back.
  private readonly noted = new Map<string, string[]>()
  private nowMs = 0
  private code = 1

  async take(step: Step): Promise<void> {
    const from = this.lambda.alias.version
    const writes = this.lambda.written.length
    switch (step.do) {
      case 'ship':
        await this.shipping(step)
        break
      case 'roll back':
        await this.rollingBack(step)
        break
      case 'change by hand': {
        const description = step.description === 'kept' ? this.lambda.alias.description : 'by hand'
        const version = this.existing(step.to)
        if (version === undefined) return
        this.lambda.change({ version, weights: {}, description })
        this.everLive.add(version)
        this.before = this.noted.get(this.state) ?? []
        return
      }
      case 'split by hand': {
        const version = this.existing(step.to)
        if (version !== undefined && version !== from) this.lambda.change({ weights: { [version]: 0.5 } })
        return
      }
      case 'delete': {
        const version = this.existing(step.version)
        const { alias } = this.lambda
        if (version && version !== alias.version && !(version in alias.weights)) this.lambda.remove(version)
        return
      }
    }
    if (this.lambda.written.length === writes) return
    const { version } = this.lambda.alias
    if (version !== from) {
      const all = [from, ...this.before]
      this.before = all.slice(all.indexOf(version) + 1)
      this.everLive.add(version)
    }
    this.noted.set(this.state, this.before)
  }

  /** What the alias shows of its history. */
  private get state(): string {
    const { version, description } = this.lambda.alias
    return `${version} ${description}`
  }

  /** What a rollback offers; undefined if nothing. */
  async offered(): Promise<string | undefined> {
    const target = new DeployedFunction(this.lambda.client(), 'f')
    const [{ alias }, versions] = [await target.read(), await target.versions()]
    try {
      return rollbackTo(
        { alias },
        versions.map(({ Version = '' }) => Version),
        undefined,
      )
    } catch {
      return undefined
    }
  }

  /** What it must offer. */
  get expected(): string | undefined {
    const { version, weights } = this.lambda.alias
    if (Object.keys(weights).length > 0) return version
    return this.before.find((one) => this.lambda.published.some(({ number }) => number === one))
  }

  private existing(n: number): string | undefined {
    const { published } = this.lambda
    return published[n % published.length]?.number
  }

  private async shipping({ end, canary, death }: Step & { do: 'ship' }): Promise<void> {
    const interruption = new AbortController()
    const client = this.lambda.client((call, perform) => {
      const isCanary = call.action === 'UpdateAlias' && JSON.stringify(call.input.RoutingConfig).includes('0.1')
      if (isCanary && end === 'interrupted canary') interruption.abort()
      if (call.action === 'UpdateFunctionCode' && end === 'failed upload') throw failure('CodeStorageExceededException')
      return perform()
    })
    this.lambda.answers = () => ({ dryRun: end !== 'refused dry run' })
    this.code += 1
    const sha256Base64 = `code ${this.code}`
    const build: Build = {
      name: 'confirm',
      zip: Buffer.from(sha256Base64),
      sha256Base64,
      committed: true,
      description: sha256Base64,
    }
    const target = new DeployedFunction(client, 'f')
    const now = async () => {
      this.nowMs += 30_000
      return this.nowMs
    }
    const cloudWatch = cloudWatchWith(() => canary && end === 'failed canary' && this.lambda.alias.weights)
    const clients: StageClients = {
      stage: 'dev',
      displayName: 'local',
      lambda: client,
      cloudWatchOf: () => cloudWatch,
      states: Object.create(SFNClient.prototype),
      now,
      pollMs: 0,
    }
    await dying(client, death, async () => {
      const deployed = await target.read()
      const rollback = 'rollback'
      const plan = planOf({ build, deployed, canaryMinutes: canary ? 1 : 0, nowMs: await now(), rollback })
      const samples = [{ version: '1.0.0', payload: {} }]
      const terminal = { say: () => {}, progress: () => {} }
      await ship({ clients, target, deployed, build, plan, samples, terminal, signal: interruption.signal })
    })
    // The claim of a process that died has expired before the next step.
    this.nowMs += claimMs + 1
  }

  private async rollingBack({ to, death }: Step & { do: 'roll back' }): Promise<void> {
    const client = this.lambda.client()
    const target = new DeployedFunction(client, 'f')
    await dying(client, death, async () => {
      const [deployed, versions] = [await target.read(), await target.versions()]
      const published = versions.map(({ Version = '' }) => Version)
      const named = to === undefined ? undefined : published[to % published.length]
      await rollBack(target, deployed, rollbackTo(deployed, published, named))
    })
  }
}

/** Does the work until it has ended, well or not, or until its process dies, after which nothing is ever answered. */
async function dying(client: { send: unknown }, death: Death | undefined, work: () => Promise<void>): Promise<void> {
  const send = (client.send as (command: unknown) => Promise<unknown>).bind(client)
  let calls = 0
  await new Promise<void>((resolve) => {
    client.send = async (command: unknown) => {
      calls += 1
      if (!death || calls < death.call) return await send(command)
      if (calls === death.call && death.when === 'after') await send(command).catch(() => {})
      resolve()
      return await new Promise<never>(() => {})
    }
    work().then(resolve, () => resolve())
  })
}

/** CloudWatch without any metric, and with an alarm that goes off during a canary if that must fail. */
function cloudWatchWith(fails: () => Readonly<Record<string, number>> | false) {
  const client: CloudWatchClient = Object.create(CloudWatchClient.prototype)
  client.send = (async () => {
    const isOn = Object.keys(fails() || {}).length > 0
    return {
      MetricAlarms: isOn ? [{ AlarmName: 'confirmation-reminder-api-5xx', StateReason: 'It failed.' }] : [],
      MetricDataResults: [],
    }
  }) as typeof client.send
  return client
}

const death = fc.option(
  fc.record({ call: fc.integer({ min: 1, max: 14 }), when: fc.constantFrom('before' as const, 'after' as const) }),
  { nil: undefined },
)
const n = fc.nat(11)
const ends = ['shipped', 'shipped', 'refused dry run', 'failed upload', 'failed canary', 'interrupted canary'] as const
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('ship' as const),
      end: fc.constantFrom(...ends),
      canary: fc.boolean(),
      death,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('roll back' as const), to: fc.option(n, { nil: undefined }), death }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('change by hand' as const),
      to: n,
      description: fc.constantFrom('kept' as const, 'replaced' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('split by hand' as const), to: n }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), version: n }) },
)

/** Lives the steps, and checks after each of them what a rollback would do. */
async function live(steps: readonly Step[]): Promise<Life> {
  const life = new Life()
  for (const one of steps) {
    await life.take(one)
    const offered = await life.offered()
    expect(offered).toBe(life.expected)
    if (offered !== undefined) expect([...life.everLive]).toContain(offered)
    expect(life.lambda.alias.description.length).toBeLessThanOrEqual(256)
  }
  return life
}

test('after any steps, a rollback goes to the version that was live before the current one, or nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => void (await live(steps))),
    {
      numRuns: 150,
    },
  )
})

const shipped = { do: 'ship', end: 'shipped', canary: true } as const
const refused = { ...shipped, end: 'refused dry run' } as const
const eight: Step[] = Array.from({ length: 7 }, () => shipped)

test.each<[string, Step]>([
  ['whose upload fails', { ...shipped, end: 'failed upload' }],
  ['that is interrupted in its canary', { ...shipped, end: 'interrupted canary' }],
  ['whose canary fails', { ...shipped, end: 'failed canary' }],
])('8 live, 9 refused, 10 live, then a ship %s: a rollback goes to 8', async (_, last) => {
  const life = await live([...eight, refused, shipped, last])
  expect([life.lambda.alias.version, await life.offered()]).toEqual(['10', '8'])
})

// Every call of Lambda that a ship makes, from its first look to its last change.
const calls = Array.from({ length: 12 }, (_, index) => index + 1)
const deaths = calls.flatMap((call) => (['before', 'after'] as const).map((when) => [call, when] as const))

test.each(deaths)('8 live, 9 refused, 10 live, then a ship that dies at call %i, %s it is done', async (call, when) => {
  const life = await live([...eight, refused, shipped, { ...shipped, death: { call, when } }])
  const { version, weights, description } = life.lambda.alias
  const isCanary = Object.keys(weights).length > 0
  const hasShipped = version === '11'
  expect(await life.offered()).toBe(isCanary || hasShipped ? '10' : '8')
  if (!isCanary && !hasShipped)
    expect(readClaim(description) !== undefined || description.startsWith('code')).toBe(true)
  // The next ship repairs it, and the one after a rollback knows its way further.
  await life.take({ do: 'roll back' })
  await life.take({ do: 'ship', end: 'failed upload', canary: true })
  expect(await life.offered()).toBe(life.expected)
})

test('a rollback after a rollback goes one version further back, and ends with the first', async () => {
  const life = await live([...eight, { do: 'roll back' }, { do: 'roll back' }])
  expect([life.lambda.alias.version, await life.offered()]).toEqual(['6', '5'])
  for (let step = 0; step < 5; step += 1) await life.take({ do: 'roll back' })
  expect([life.lambda.alias.version, await life.offered()]).toEqual(['1', undefined])
})

test('a version that gets its own description back by hand gets its record back', async () => {
  const byHand = (to: number) => ({ do: 'change by hand', to, description: 'kept' }) as const
  const life = await live([shipped, byHand(0), { ...shipped, end: 'failed upload' }, byHand(1)])
  expect([life.lambda.alias.version, await life.offered()]).toEqual(['2', '1'])
})
