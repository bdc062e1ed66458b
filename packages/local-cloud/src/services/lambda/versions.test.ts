import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  paginateListVersionsByFunction,
  UpdateAliasCommand,
  type UpdateAliasCommandInput,
  UpdateFunctionCodeCommand,
  type UpdateFunctionCodeCommandInput,
} from '@aws-sdk/client-lambda'
import { temporaryFolder } from '../../gateway/test/start-gateway.ts'
import { unpack } from './code.ts'
import { arnOf, type FunctionSource, lambdaWith, zipOf } from './test/lambda.ts'

type Local = Awaited<ReturnType<typeof lambdaWith>>

const codeOf = (answer: string) => `exports.handler = async () => '${answer}'`
const zipFor = (answer: string) => zipOf({ 'handler.js': codeOf(answer) })

let local: Local
const begin = async (source: Partial<FunctionSource> = {}, options: Parameters<typeof lambdaWith>[1] = {}) => {
  local = await lambdaWith({ f: { code: codeOf('first'), ...source } }, options)
}
const restart = async (
  source: Partial<FunctionSource> = {},
  options: { apiUrl?: string; applyOnly?: boolean } = {},
) => {
  const { folder, stop } = local
  await local.halt()
  await begin(source, { folder, ...options })
  // The folder is the first one's to remove.
  local = { ...local, stop: () => local.halt().then(stop, stop) }
}
afterEach(() => local.stop().catch(() => undefined))

const invoke = async (Qualifier?: string) => {
  const { Payload, ExecutedVersion } = await local.client.send(new InvokeCommand({ FunctionName: 'f', Qualifier }))
  return [ExecutedVersion, JSON.parse(Buffer.from(Payload ?? []).toString())]
}
const upload = (answer: string, more: Partial<UpdateFunctionCodeCommandInput> = {}) =>
  local.client.send(new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: zipFor(answer), ...more }))
const publish = (more: object = {}) => local.client.send(new PublishVersionCommand({ FunctionName: 'f', ...more }))
const move = (more: Partial<UpdateAliasCommandInput>) =>
  local.client.send(new UpdateAliasCommand({ FunctionName: 'f', Name: 'live', ...more }))
const alias = () => local.client.send(new GetAliasCommand({ FunctionName: 'f', Name: 'live' }))
const latest = () => local.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }))
const stale = { name: 'PreconditionFailedException', $metadata: { httpStatusCode: 412 } }

describe('shipping', () => {
  beforeEach(() => begin())

  test('new code is what $LATEST runs at once; callers of the alias get it when the alias moves', async () => {
    expect(await invoke()).toEqual(['$LATEST', 'first'])
    const before = await latest()
    const uploaded = await upload('second', { RevisionId: before.RevisionId })
    expect(uploaded).toMatchObject({ Version: '$LATEST', State: 'Active', LastUpdateStatus: 'Successful' })
    expect(uploaded.CodeSha256).not.toBe(before.CodeSha256)
    expect(await invoke()).toEqual(['$LATEST', 'second'])
    expect(await invoke('live')).toEqual(['1', 'first'])

    const { CodeSha256, RevisionId } = uploaded
    const version = await publish({ CodeSha256, RevisionId, Description: 'f 1.0.0' })
    expect(version).toMatchObject({ Version: '2', Description: 'f 1.0.0', FunctionArn: `${arnOf('f')}:2` })
    expect(await invoke('2')).toEqual(['2', 'second'])
    await move({ FunctionVersion: '2', RevisionId: (await alias()).RevisionId, Description: 'now 2' })
    expect(await invoke('live')).toEqual(['2', 'second'])
    expect(await alias()).toMatchObject({ FunctionVersion: '2', Description: 'now 2' })
    expect(await invoke('1')).toEqual(['1', 'first'])
  })

  test('publishing the same code again creates no second version', async () => {
    expect(await publish({ Description: 'again' })).toMatchObject({ Version: '1', Description: 'A function' })
    await upload('first')
    expect(await publish()).toMatchObject({ Version: '1' })
    expect(await upload('second', { Publish: true })).toMatchObject({ Version: '2', FunctionArn: `${arnOf('f')}:2` })
    expect(await publish()).toMatchObject({ Version: '2' })
  })

  test('a dry run changes nothing', async () => {
    const before = await latest()
    expect((await upload('second', { DryRun: true })).CodeSha256).not.toBe(before.CodeSha256)
    expect(await latest()).toEqual({ ...before, $metadata: expect.anything() })
  })

  test('a call with an old revision id is refused, and nothing changes', async () => {
    const { RevisionId } = await latest()
    const live = await alias()
    await upload('second', { RevisionId })
    await expect(upload('third', { RevisionId })).rejects.toMatchObject(stale)
    await expect(publish({ RevisionId })).rejects.toMatchObject(stale)
    await publish()
    await move({ FunctionVersion: '2', RevisionId: live.RevisionId })
    await expect(move({ FunctionVersion: '1', RevisionId: live.RevisionId })).rejects.toMatchObject(stale)
    expect(await invoke('live')).toEqual(['2', 'second'])
  })

  test('of two simultaneous calls with the same revision id, one is refused', async () => {
    const { RevisionId } = await alias()
    const moves = ['a', 'b'].map((Description) => move({ Description, RevisionId }))
    const outcomes = (await Promise.allSettled(moves)).map(({ status }) => status)
    expect(outcomes.sort()).toEqual(['fulfilled', 'rejected'])
  })

  test.each<[string, () => Promise<unknown>, object]>([
    [
      'code that is no zip',
      () => upload('', { ZipFile: Buffer.from('no zip') }),
      { name: 'InvalidParameterValueException' },
    ],
    ['no code', () => upload('', { ZipFile: undefined }), { name: 'InvalidParameterValueException' }],
    ['another hash', () => publish({ CodeSha256: 'another' }), { name: 'InvalidParameterValueException' }],
    ['no such version', () => move({ FunctionVersion: '9' }), { name: 'ResourceNotFoundException' }],
    ['what is no version', () => move({ FunctionVersion: 'live' }), { name: 'ValidationException' }],
    ['too long a description', () => publish({ Description: 'x'.repeat(257) }), { name: 'ValidationException' }],
    [
      '$LATEST beside a version',
      () => move({ FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { 1: 0.1 } } }),
      { name: 'InvalidParameterValueException' },
    ],
    ['no such alias', () => move({ Name: 'none' }), { name: 'ResourceNotFoundException' }],
    [
      'the same version twice',
      () => move({ RoutingConfig: { AdditionalVersionWeights: { 1: 0.1 } } }),
      { name: 'InvalidParameterValueException' },
    ],
  ])('%s is refused', async (_, act, error) => {
    await expect(act()).rejects.toMatchObject(error)
  })

  test('an alias may follow $LATEST, alone', async () => {
    await move({ FunctionVersion: '$LATEST' })
    await upload('second')
    expect(await invoke('live')).toEqual(['$LATEST', 'second'])
    await move({ FunctionVersion: '1' })
    expect(await invoke('live')).toEqual(['1', 'first'])
  })

  test('an alias with weights splits its invocations until the weights are removed', async () => {
    await upload('second', { Publish: true })
    await move({ RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } } })
    expect((await alias()).RoutingConfig).toEqual({ AdditionalVersionWeights: { 2: 0.5 } })
    const answers = new Set<string>()
    // Sixty invocations of one side alone happen once in 10^18.
    for (let n = 0; n < 60; n++) answers.add((await invoke('live')).join(' '))
    expect([...answers].sort()).toEqual(['1 first', '2 second'])
    await expect(move({ RoutingConfig: { AdditionalVersionWeights: { 2: 1.5 } } })).rejects.toThrow('between 0 and 1')
    const { Aliases } = await local.client.send(new ListAliasesCommand({ FunctionName: 'f', FunctionVersion: '1' }))
    expect(Aliases).toMatchObject([{ Name: 'live', RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } } }])
    await move({ RoutingConfig: { AdditionalVersionWeights: {} } })
    expect((await alias()).RoutingConfig).toBeUndefined()
  })

  test('versions are listed page by page, the oldest first', async () => {
    await upload('second', { Publish: true })
    await upload('third', { Publish: true })
    const listed: (string | undefined)[] = []
    const pages = paginateListVersionsByFunction({ client: local.client, pageSize: 3 }, { FunctionName: 'f' })
    for await (const { Versions = [] } of pages) listed.push(...Versions.map(({ FunctionArn }) => FunctionArn))
    expect(listed).toEqual(['$LATEST', '1', '2', '3'].map((version) => `${arnOf('f')}:${version}`))
  })

  test('a marker of another function or another list is refused', async () => {
    const { NextMarker } = await local.client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL', MaxItems: 1 }))
    expect(NextMarker).toEqual(expect.any(String))
    for (const request of [
      new ListFunctionsCommand({ Marker: NextMarker }),
      new ListVersionsByFunctionCommand({ FunctionName: 'f', Marker: NextMarker }),
      new ListVersionsByFunctionCommand({ FunctionName: 'f', Marker: '1' }),
    ]) {
      const listed = local.client.send(request as ListFunctionsCommand)
      await expect(listed).rejects.toMatchObject({ name: 'InvalidParameterValueException', message: 'Invalid Marker.' })
    }
    const sized = local.client.send(new ListFunctionsCommand({ MaxItems: 0 }))
    await expect(sized).rejects.toThrow("Value '0' at 'maxItems' failed to satisfy constraint: Member must have value")
  })

  test('CloudWatch records each invocation: of the function, of the alias, and of the version behind it', async () => {
    await upload('second', { Publish: true })
    await invoke('live')
    await invoke()
    const invocations = local.datums.filter(({ name }) => name === 'Invocations')
    expect(invocations.map(({ dimensions }) => dimensions)).toEqual([
      { FunctionName: 'f' },
      { FunctionName: 'f', Resource: 'f:live' },
      { FunctionName: 'f', Resource: 'f:live', ExecutedVersion: '1' },
      { FunctionName: 'f' },
      { FunctionName: 'f', Resource: 'f' },
    ])
    expect(local.datums.filter(({ name }) => name === 'Errors').map(({ value }) => value)).toEqual([0, 0, 0, 0, 0])
    await upload('', { ZipFile: zipOf({ 'handler.js': 'throw new Error()' }) })
    await invoke()
    expect(local.datums.filter(({ name }) => name === 'Errors').map(({ value }) => value)).toEqual([
      0, 0, 0, 0, 0, 1, 1,
    ])
  })
})

describe('a zip that Lambda refuses', () => {
  /** A zip of a few bytes whose directory says that it unpacks to this many. */
  const zipOfBytes = (bytes: number) => {
    const zip = Buffer.from(zipOf({ 'handler.js': codeOf('large') }))
    zip.writeUInt32LE(bytes, zip.indexOf('PK\x01\x02') + 24)
    return zip
  }

  test('is refused as AWS refuses it, and nothing is changed', async () => {
    await begin()
    const before = await latest()
    for (const [ZipFile, message] of [
      [zipOfBytes(262_144_000), /^Unzipped size must be smaller than 262144000 bytes$/],
      [zipOfBytes(2 ** 32 - 1), /^Unzipped size must be smaller than 262144000 bytes$/],
      [zipOfBytes(262_143_999), /^Could not unzip uploaded file. .*handler.js is damaged/],
      [zipOf({ '../evil.js': '' }), /^Could not unzip uploaded file. .*outside its folder/],
      [Buffer.from('no zip'), /^Could not unzip uploaded file. The uploaded file is not a zip/],
    ] as const) {
      const refused = { name: 'InvalidParameterValueException', message: expect.stringMatching(message) }
      await expect(upload('', { ZipFile })).rejects.toMatchObject(refused)
    }
    expect(await latest()).toEqual({ ...before, $metadata: expect.anything() })
  })

  test('of the stack stops the start with a sentence', async () => {
    const { folder, remove } = await temporaryFolder()
    await expect(unpack(zipOfBytes(262_144_000), folder, 'a.zip')).rejects.toThrow(
      'a.zip unpacks to 262144000 bytes. Unzipped size must be smaller than 262144000 bytes.',
    )
    await remove()
  })
})

describe('after a restart', () => {
  test('shipped versions still exist, with their weights', async () => {
    await begin()
    await upload('second', { Publish: true })
    await move({ RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } }, Description: 'canary' })
    const before = await alias()
    await restart()
    expect(await alias()).toEqual({ ...before, $metadata: expect.anything() })
    expect(await invoke('2')).toEqual(['2', 'second'])
    expect(await invoke()).toEqual(['$LATEST', 'second'])
  })

  test('as long as nothing was shipped, edited code and configuration run at once, as a version', async () => {
    await begin()
    await restart({ code: codeOf('edited') })
    expect(await invoke('live')).toEqual(['2', 'edited'])
    await restart({ code: codeOf('edited'), memoryMegabytes: 256 })
    expect(await invoke('live')).toEqual(['3', 'edited'])
    await restart({ code: codeOf('edited'), memoryMegabytes: 256 })
    expect(await invoke('live')).toEqual(['3', 'edited'])
    expect(local.lines).toEqual([])
  })

  test('to apply only, as on AWS: code and live stay, and a changed configuration is a version; the next start ships', async () => {
    const code = "exports.handler = async () => 'first ' + process.env.A"
    const edited = "exports.handler = async () => 'edited ' + process.env.A"
    await begin({ code, environment: { A: '1' } }, { applyOnly: true })
    expect(await invoke('live')).toEqual(['1', 'first 1'])
    for (const _ of ['the first apply of the change', 'the same again']) {
      await restart({ code: edited, environment: { A: '2' } }, { applyOnly: true })
      expect(await invoke('live')).toEqual(['1', 'first 1'])
      expect(await invoke('2')).toEqual(['2', 'first 2'])
      expect(await latest()).toMatchObject({ Environment: { Variables: { A: '2' } } })
      await expect(invoke('3')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
      expect(local.lines).toEqual([
        expect.stringMatching(/^f live stays at version 1, because --apply-only.*code.*configuration.*npm run ship/),
      ])
    }
    await restart({ code: edited, environment: { A: '2' } })
    expect(await invoke('live')).toEqual(['3', 'edited 2'])
    expect(await invoke('1')).toEqual(['1', 'first 1'])
    expect(local.lines).toEqual([])
  })

  test('to apply only: what Terraform does not ignore changes with the apply', async () => {
    const ignored = { code: false, aliases: [] }
    await begin({ ignored }, { applyOnly: true })
    await restart({ ignored, code: codeOf('edited') }, { applyOnly: true })
    expect(await invoke('live')).toEqual(['2', 'edited'])
    expect(local.lines).toEqual([])
  })

  test('what was applied only is shipped by moving live', async () => {
    await begin()
    await restart({ environment: { A: '1' } }, { applyOnly: true })
    await move({ FunctionVersion: '2' })
    expect(await invoke('live')).toEqual(['2', 'first'])
    await restart({ environment: { A: '1' } }, { applyOnly: true })
    expect(await invoke('live')).toEqual(['2', 'first'])
    expect(local.lines).toEqual([])
  })

  test('shipped code stays if the code of the checkout differs, and the start says so', async () => {
    await begin()
    await upload('second', { Publish: true })
    await move({ FunctionVersion: '2' })
    await restart({ code: codeOf('edited') })
    expect(await invoke('live')).toEqual(['2', 'second'])
    expect(await invoke()).toEqual(['$LATEST', 'second'])
    expect(local.lines).toEqual([expect.stringMatching(/^f live stays at version 2.*code.*npm run ship.*--reset/)])
  })

  test('once something was shipped, a changed configuration is a version that live does not point to', async () => {
    await begin()
    await upload('second', { Publish: true })
    await move({ FunctionVersion: '2' })
    await restart({ code: codeOf('second'), environment: { A: '1' } })
    expect(await latest()).toMatchObject({ Environment: { Variables: { A: '1' } } })
    expect(await invoke('3')).toEqual(['3', 'second'])
    expect(await alias()).toMatchObject({ FunctionVersion: '2' })
    expect(local.lines).toEqual([expect.stringMatching(/^f live stays at version 2.*configuration.*npm run ship/)])
  })

  test('another port of the HTTP API is not a change of the configuration, and every version gets it', async () => {
    const at = (port: number) => ({ environment: { URL: `http://127.0.0.1:${port}/confirm` } })
    const code = 'exports.handler = async () => process.env.URL'
    await begin({ code, ...at(1001) }, { apiUrl: 'http://127.0.0.1:1001' })
    await upload('', { ZipFile: zipOf({ 'handler.js': `${code} // shipped` }), Publish: true })
    await restart({ code, ...at(1002) }, { apiUrl: 'http://127.0.0.1:1002' })
    expect(await invoke('live')).toEqual(['1', 'http://127.0.0.1:1002/confirm'])
    expect(await invoke('2')).toEqual(['2', 'http://127.0.0.1:1002/confirm'])
    await expect(invoke('3')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})
