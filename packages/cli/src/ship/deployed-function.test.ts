import type { LambdaClient } from '@aws-sdk/client-lambda'
import { writeClaim } from './claim.ts'
import { DeployedFunction } from './deployed-function.ts'

type Answers = Record<string, (input: Record<string, unknown>) => object>

/** Lambda as far as these commands: each by its name, and what it answers. */
function lambda(answers: Answers) {
  const client = {
    async send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
      const { name } = command.constructor
      const answer = answers[name]
      if (!answer) throw new Error(`${name} is not expected here.`)
      return answer(command.input)
    },
  } as unknown as LambdaClient
  return new DeployedFunction(client, 'f', 0)
}

const refuses = (name: string) => () => {
  throw Object.assign(new Error(name), { name })
}
const stale = refuses('PreconditionFailedException')
const inProgress = refuses('ResourceConflictException')
const found = (CodeSha256: string) => () => ({ CodeSha256, RevisionId: 'r2', LastUpdateStatus: 'Successful' })
const { signal } = new AbortController()
const before = { version: '1', weights: {}, description: 'one', revisionId: 'r1' }
const wanted = { version: '2', weights: {}, description: 'two' }
const busy = (message: RegExp) => ({ exitCode: 4, message: expect.stringMatching(message) })

describe('changing the alias', () => {
  const aliasIs = (FunctionVersion: string, Description: string) => () => ({
    FunctionVersion,
    Description,
    RevisionId: 'r3',
  })

  test('states the revision that was read', async () => {
    const target = lambda({ UpdateAliasCommand: ({ RevisionId }) => ({ RevisionId: `after ${RevisionId}` }) })
    expect(await target.writeAlias(before, wanted)).toEqual({ ...wanted, revisionId: 'after r1' })
  })

  test('succeeds if the response was lost and the client retried', async () => {
    const target = lambda({ UpdateAliasCommand: stale, GetAliasCommand: aliasIs('2', 'two') })
    expect(await target.writeAlias(before, wanted)).toEqual({ ...wanted, revisionId: 'r3' })
  })

  test('is refused after a concurrent change, with who made it and what they ship', async () => {
    const target = lambda({ UpdateAliasCommand: stale, GetAliasCommand: aliasIs('3', 'by hand') })
    await expect(target.writeAlias(before, wanted)).rejects.toMatchObject(busy(/^Another user .* it is version 3\./))
    const theirs = writeClaim({ id: '1', what: 'f 0.2.0', by: 'ada@there:7', aliveUntilMs: 0 })
    const shipping = lambda({ UpdateAliasCommand: stale, GetAliasCommand: aliasIs('3', theirs) })
    await expect(shipping.writeAlias(before, wanted)).rejects.toMatchObject(
      busy(/^ada@there:7, who is shipping f 0.2.0,/),
    )
  })

  test('waits for another operation that ends soon', async () => {
    let calls = 0
    const target = lambda({ UpdateAliasCommand: () => (++calls < 5 ? inProgress() : { RevisionId: 'r2' }) })
    expect(await target.writeAlias(before, wanted)).toEqual({ ...wanted, revisionId: 'r2' })
  })

  test('is refused while another operation is in progress, with what live is', async () => {
    const target = lambda({ UpdateAliasCommand: inProgress, GetAliasCommand: aliasIs('1', 'one') })
    await expect(target.writeAlias(before, wanted)).rejects.toMatchObject(
      busy(
        /^Another operation on f is in progress, so live was not changed: it is version 1\. Try again when it is done/,
      ),
    )
  })
})

describe('uploading', () => {
  const code = { zip: new Uint8Array(1), sha256Base64: 'ours' }
  const upload = (UpdateFunctionCodeCommand: Answers[string], sha256: string) => {
    const target = lambda({ UpdateFunctionCodeCommand, GetFunctionConfigurationCommand: found(sha256) })
    return target.upload({ RevisionId: 'r1' }, code, signal)
  }

  test.each([
    ['at once', () => ({})],
    ['where the answer was lost and the client tried again', stale],
    ['where an update was on its way already, of the same code', inProgress],
  ])('ends with what Lambda holds: %s', async (_, answer) => {
    expect(await upload(answer, 'ours')).toMatchObject({ CodeSha256: 'ours', RevisionId: 'r2' })
  })

  test.each([
    ['a concurrent change', stale],
    ['an update in progress', inProgress],
  ])('is refused after %s', async (_, answer) => {
    await expect(upload(answer, 'theirs')).rejects.toMatchObject(busy(/Another user is uploading code to f/))
  })
})

const read = { RevisionId: 'r1', CodeSha256: 'old', MemorySize: 128 }

/** The changes of `$LATEST`, each with its command. */
const changes: [string, string, (target: DeployedFunction) => Promise<unknown>][] = [
  [
    'upload',
    'UpdateFunctionCodeCommand',
    (target) => target.upload(read, { zip: new Uint8Array(1), sha256Base64: 'ours' }, signal),
  ],
  ['publication', 'PublishVersionCommand', (target) => target.publish(read, 'f 0.2.0', signal)],
]

describe.each(changes)('another change at the same time as the %s', (_, command, change) => {
  const live = () => ({ FunctionVersion: '1', RevisionId: 'a1' })
  const done = { LastUpdateStatus: 'Successful', State: 'Active' }

  test.each([
    ['is in progress', inProgress],
    ['has ended, and only the revision is another one', stale],
  ])('%s: it is made when that is done', async (_, refuse) => {
    const revisions: unknown[] = []
    let now: object = { ...read, ...done, RevisionId: 'r2' }
    const target = lambda({
      [command]: ({ RevisionId }) => {
        if (revisions.push(RevisionId) < 3) refuse()
        now = { ...now, CodeSha256: 'ours' }
        return { Version: '2' }
      },
      GetFunctionConfigurationCommand: () => now,
    })
    await change(target)
    expect(revisions).toEqual(['r1', 'r2', 'r2'])
  })

  test('takes longer: it is refused, with what live is', async () => {
    const target = lambda({
      [command]: inProgress,
      GetFunctionConfigurationCommand: () => ({ ...read, ...done }),
      GetAliasCommand: live,
    })
    await expect(change(target)).rejects.toMatchObject(
      busy(/^Another operation on f is in progress, so live was not changed: it is version 1\. Try again/),
    )
  })

  test.each([
    [
      'the configuration',
      { MemorySize: 256 },
      /^The configuration of f has just changed \(MemorySize\): ship again when/,
    ],
    ['the code', { CodeSha256: 'theirs' }, /^Another user is uploading code to f: ship again when/],
  ])('is of %s: it is refused, with what changed', async (_, changed, message) => {
    for (const refuse of [inProgress, stale]) {
      const target = lambda({
        [command]: refuse,
        GetFunctionConfigurationCommand: () => ({ ...read, ...done, ...changed }),
      })
      await expect(change(target)).rejects.toMatchObject(busy(message))
    }
  })
})

test('code that Lambda cannot make ready is refused with its reason', async () => {
  const failed = { LastUpdateStatus: 'Failed', State: 'Active', LastUpdateStatusReason: 'The key is disabled.' }
  const target = lambda({ UpdateFunctionCodeCommand: () => ({}), GetFunctionConfigurationCommand: () => failed })
  const upload = target.upload({ RevisionId: 'r1' }, { zip: new Uint8Array(1), sha256Base64: 'ours' }, signal)
  await expect(upload).rejects.toThrow(/does not make the new code of f ready: .* Failed\. The key is disabled\.$/)
})

test('a function that is not deployed is refused with what to do first', async () => {
  const missing = refuses('ResourceNotFoundException')
  const target = lambda({ GetFunctionConfigurationCommand: missing, GetAliasCommand: missing })
  await expect(target.read()).rejects.toMatchObject({
    exitCode: 1,
    message: 'There is no f with an alias live: deploy the stage with Terraform first, as docs/deploy.md says.',
  })
})
