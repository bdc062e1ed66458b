import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import {
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  ListAliasesCommand,
  ListFunctionsCommand,
  paginateListFunctions,
} from '@aws-sdk/client-lambda'
import { arnOf, type FunctionSource, lambdaWith, zipOf } from './test/lambda.ts'

let local: Awaited<ReturnType<typeof lambdaWith>>
afterEach(() => local.stop())

const sources = {
  echo: { code: 'exports.handler = async (event, context) => ({ event, context })' },
  throws: { code: 'exports.handler = async () => { throw new TypeError("boom") }' },
} satisfies Record<string, FunctionSource>

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString()

describe('over the wire', () => {
  beforeEach(async () => {
    local = await lambdaWith(sources)
  })

  test.each<[string, Pick<InvokeCommandInput, 'FunctionName' | 'Qualifier'>, string, string]>([
    ['a name', { FunctionName: 'echo' }, '$LATEST', arnOf('echo')],
    ['a name with a qualifier', { FunctionName: 'echo', Qualifier: 'live' }, '1', `${arnOf('echo')}:live`],
    ['a name that holds its qualifier', { FunctionName: 'echo:live' }, '1', `${arnOf('echo')}:live`],
    ['a partial ARN', { FunctionName: '123456789012:function:echo' }, '$LATEST', arnOf('echo')],
    ['a full ARN', { FunctionName: arnOf('echo') }, '$LATEST', arnOf('echo')],
    ['a full ARN with a version', { FunctionName: `${arnOf('echo')}:1` }, '1', `${arnOf('echo')}:1`],
    ['$LATEST', { FunctionName: 'echo', Qualifier: '$LATEST' }, '$LATEST', `${arnOf('echo')}:$LATEST`],
  ])('%s finds the function', async (_what, reference, version, invokedFunctionArn) => {
    const answer = await local.client.send(new InvokeCommand({ ...reference, Payload: '{"a":1}' }))
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: version })
    expect(answer.FunctionError).toBeUndefined()
    expect(answer.LogResult).toBeUndefined()
    expect(JSON.parse(text(answer.Payload))).toEqual({
      event: { a: 1 },
      context: {
        functionName: 'echo',
        functionVersion: version,
        memoryLimitInMB: '128',
        logGroupName: '/aws/lambda/echo',
        logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[(\$LATEST|1)\][0-9a-f]{32}$/),
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        invokedFunctionArn,
      },
    })
  })

  test.each([
    ['nothing', undefined, `${arnOf('nothing')}:$LATEST`],
    ['echo', 'blue', `${arnOf('echo')}:blue`],
    [
      'arn:aws:lambda:us-east-1:123456789012:function:echo',
      undefined,
      'arn:aws:lambda:us-east-1:123456789012:function:echo:$LATEST',
    ],
  ])('%s %s is not found', async (FunctionName, Qualifier, arn) => {
    await expect(local.client.send(new InvokeCommand({ FunctionName, Qualifier }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${arn}`,
      $metadata: { httpStatusCode: 404 },
    })
  })

  test('an error of the function comes as FunctionError, with the log where wanted', async () => {
    const answer = await local.client.send(new InvokeCommand({ FunctionName: 'throws', LogType: 'Tail' }))
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' })
    expect(JSON.parse(text(answer.Payload))).toEqual({
      errorType: 'TypeError',
      errorMessage: 'boom',
      trace: expect.arrayContaining(['TypeError: boom']),
    })
    const [start, error, end, report] = Buffer.from(answer.LogResult ?? '', 'base64')
      .toString()
      .split('\n')
    expect(start).toMatch(/^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/)
    expect(error).toMatch(
      /^\d{4}-.*Z\t[0-9a-f-]{36}\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"boom"/,
    )
    expect(end).toMatch(/^END RequestId: /)
    expect(report).toMatch(
      /^REPORT RequestId: .*\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms$/,
    )
  })

  test('a dry run only checks the request; an event is accepted and runs asynchronously', async () => {
    const dry = await local.client.send(new InvokeCommand({ FunctionName: 'throws', InvocationType: 'DryRun' }))
    expect(dry.StatusCode).toBe(204)
    expect(local.lines).toEqual([])
    const event = await local.client.send(new InvokeCommand({ FunctionName: 'throws', InvocationType: 'Event' }))
    expect(event.StatusCode).toBe(202)
    await local.logged('throws')
  })

  test('an invocation of another type is refused before anything runs', async () => {
    const odd = new InvokeCommand({ FunctionName: 'throws', InvocationType: 'Sometime' as 'Event' })
    const logged = local.lines.length
    await expect(local.client.send(odd)).rejects.toMatchObject({ name: 'InvalidParameterValueException' })
    await local.client.send(new InvokeCommand({ FunctionName: 'echo' }))
    expect(local.lines.slice(logged).filter((line) => line.includes('boom'))).toEqual([])
  })

  test('a payload that is not JSON or too large is refused', async () => {
    await expect(local.client.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"a"' }))).rejects.toMatchObject(
      { name: 'InvalidRequestContentException' },
    )
    const Payload = JSON.stringify('x'.repeat(6 * 1024 * 1024))
    await expect(local.client.send(new InvokeCommand({ FunctionName: 'echo', Payload }))).rejects.toMatchObject({
      name: 'RequestTooLargeException',
      $metadata: { httpStatusCode: 413 },
    })
    const event = new InvokeCommand({
      FunctionName: 'echo',
      InvocationType: 'Event',
      Payload: JSON.stringify('x'.repeat(1024 * 1024)),
    })
    await expect(local.client.send(event)).rejects.toMatchObject({ name: 'RequestTooLargeException' })
  })

  test('functions are described as the Terraform says, page by page', async () => {
    const { Configuration, Code } = await local.client.send(
      new GetFunctionCommand({ FunctionName: 'echo', Qualifier: 'live' }),
    )
    expect(Configuration).toMatchObject({
      FunctionArn: `${arnOf('echo')}:live`,
      Version: '1',
      Timeout: 20,
      MemorySize: 128,
      Handler: 'handler.handler',
      Runtime: 'nodejs24.x',
      State: 'Active',
      CodeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    })
    expect(zipOf({ 'handler.js': sources.echo.code })).toEqual(
      new Uint8Array(await readFile(new URL(Code?.Location ?? ''))),
    )
    const latest = await local.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'echo' }))
    expect(latest).toMatchObject({ FunctionArn: arnOf('echo'), Version: '$LATEST' })

    const names: (string | undefined)[][] = []
    for await (const { Functions = [] } of paginateListFunctions({ client: local.client, pageSize: 1 }, {})) {
      names.push(Functions.map(({ FunctionName }) => FunctionName))
    }
    expect(names).toEqual([['echo'], ['throws']])
    const all = await local.client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }))
    expect(all.Functions?.map(({ FunctionArn }) => FunctionArn)).toEqual([
      ...[`${arnOf('echo')}:$LATEST`, `${arnOf('echo')}:1`],
      ...[`${arnOf('throws')}:$LATEST`, `${arnOf('throws')}:1`],
    ])
  })

  test('aliases point to the version that Terraform publishes', async () => {
    const alias = { Name: 'live', FunctionVersion: '1', AliasArn: `${arnOf('echo')}:live` }
    const { Aliases } = await local.client.send(new ListAliasesCommand({ FunctionName: 'echo' }))
    expect(Aliases).toMatchObject([alias])
    const [live, none] = ['live', 'none'].map((Name) => new GetAliasCommand({ FunctionName: 'echo', Name }))
    expect(await local.client.send(live as GetAliasCommand)).toMatchObject(alias)
    await expect(local.client.send(none as GetAliasCommand)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Cannot find alias arn: ${arnOf('echo')}:none`,
    })
  })
})

describe('the environment of a function', () => {
  test('its variables are those of Terraform and Lambda, and none of this process', async () => {
    process.env.SECRET_OF_THE_HOST = 'x'
    local = await lambdaWith({
      env: {
        code: 'exports.handler = async () => ({ ...process.env })',
        environment: { TABLE: 't', AWS_REGION: 'no' },
      },
    })
    const { result } = await local.call('env')
    expect(result).toEqual({
      TABLE: 't',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^local-\w+-[0-9a-f]{16}$/),
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^[\w-]{43}$/),
      AWS_SESSION_TOKEN: 'local',
      AWS_ENDPOINT_URL: local.endpoint,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'env',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/env',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
      LAMBDA_TASK_ROOT: expect.any(String),
      LANG: 'en_US.UTF-8',
      NO_PROXY: '127.0.0.1,localhost',
      TZ: ':UTC',
      _HANDLER: 'handler.handler',
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/),
    })
  })

  test('one function’s globals and environment are not another’s', async () => {
    const code =
      'exports.handler = async () => { const seen = [globalThis.mark, process.env.MARK]; globalThis.mark = process.env.MARK = "set"; return seen }'
    local = await lambdaWith({ one: { code }, two: { code } })
    expect((await local.call('one')).result).toEqual([null, null])
    expect((await local.call('one')).result).toEqual(['set', 'set'])
    expect((await local.call('two')).result).toEqual([null, null])
    expect(process.env.MARK).toBeUndefined()
  })

  test('its Date always agrees with the virtual clock, and otherwise is a normal Date', async () => {
    local = await lambdaWith({
      date: {
        code: `
          class Later extends Date {}
          exports.handler = async () => ({
            times: [Date.now(), new Date().getTime(), Date.parse(Date()), new Later().getTime()],
            given: [new Date(5).getTime(), new Date(2020, 0).getFullYear(), Date.UTC(1970, 0, 2), Date.parse('1970-01-01T00:00:01Z')],
            is: [new Date() instanceof Date, new Later() instanceof Later, new Date().constructor === Date, typeof Date()],
          })`,
      },
    })
    for (const offsetMs of [0, 86_400_000, 400 * 86_400_000]) {
      local.clock.moveTo(offsetMs)
      const before = local.clock.now()
      const result = (await local.call('date')).result as { times: number[]; given: number[]; is: unknown[] }
      const after = local.clock.now()
      for (const time of result.times) {
        // Date() has no milliseconds.
        expect(time).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000)
        expect(time).toBeLessThanOrEqual(after)
      }
      expect(result.given).toEqual([5, 2020, 86_400_000, 1000])
      expect(result.is).toEqual([true, true, true, 'string'])
    }
  })

  test('the remaining time runs on the machine’s clock', async () => {
    local = await lambdaWith({ left: { code: 'exports.handler = async (_, c) => c.getRemainingTimeInMillis()' } })
    local.clock.moveTo(86_400_000)
    const left = Number((await local.call('left')).result)
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(20_000)
  })

  test('code may be ESM, in a folder, and under a nested export', async () => {
    local = await lambdaWith({
      esm: { code: { 'handler.mjs': 'export const handler = async () => import.meta.url.slice(0, 5)' } },
      deep: { code: { 'src/index.cjs': 'exports.api = { get: async () => 1 }' }, handler: 'src/index.api.get' },
      // As on AWS, a .js file is CommonJS, even if a package.json above the data folder says otherwise.
      cjs: { code: 'module.exports.handler = () => typeof require' },
    })
    expect((await local.call('esm')).result).toBe('file:')
    expect((await local.call('deep')).result).toBe(1)
    expect((await local.call('cjs')).result).toBe('function')
  })

  test('everything that it writes is logged line by line, including the last line', async () => {
    local = await lambdaWith({
      log: {
        code: `exports.handler = async () => {
          console.log('a %s', { b: 1 }); console.error(new Error('two\\nlines').message)
          process.stdout.write('{"json":'); process.stdout.write('true}\\nno end')
        }`,
      },
    })
    const { logTail, result } = await local.call('log')
    expect(result).toBeNull()
    expect(local.lines).toEqual([
      expect.stringMatching(/^log \d{4}-.*Z\t[0-9a-f-]{36}\tINFO\ta { b: 1 }$/),
      expect.stringMatching(/\tERROR\ttwo\rlines$/),
      'log {"json":true}',
      'log no end',
    ])
    for (const line of local.lines) expect(logTail).toContain(line.slice('log '.length))
    expect(local.reports).toEqual([
      expect.stringMatching(/^log START RequestId: [0-9a-f-]{36} Version: \$LATEST$/),
      expect.stringMatching(/^log END RequestId: [0-9a-f-]{36}$/),
      expect.stringMatching(/^log REPORT RequestId: /),
    ])
  })

  test('a warning while it loads has no request id, as on AWS; one about this machine’s Node is left out', async () => {
    const code = `
      process.emitWarning('NodeVersionSupportWarning: please upgrade to node >=22')
      process.emitWarning('of its own')
      exports.handler = async () => {}`
    local = await lambdaWith({ warns: { code } })
    await local.call('warns')
    await local.logged('of its own')
    expect(local.lines).toEqual([
      expect.stringMatching(/^warns \d{4}-.*Z\tundefined\tERROR\t\(node:\d+\) Warning: of its own/),
    ])
  })

  test('the log’s tail is its last 4 KB', async () => {
    local = await lambdaWith({
      much: { code: 'exports.handler = async () => { for (let i = 0; i < 1000; i++) console.log("line", i) }' },
    })
    const { logTail } = await local.call('much')
    expect(Buffer.byteLength(logTail)).toBe(4096)
    expect(logTail).toContain('line 999\n')
    expect(logTail).toMatch(/REPORT RequestId/)
    expect(local.lines).toHaveLength(1000)
  })
})

describe('when a function fails', () => {
  /** Fails on demand, and counts the calls that its environment has had. */
  const counting = (failure: string) =>
    `let calls = 0; exports.handler = async (event) => { calls++; if (event.fail) { ${failure} } return calls }`

  test.each<[string, string, Partial<FunctionSource>, object]>([
    [
      'a wait without end meets its timeout',
      'await new Promise(() => {})',
      { timeoutSeconds: 1 },
      {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/),
      },
    ],
    [
      'a loop without end meets its timeout',
      'console.log("last words"); for (;;);',
      { timeoutSeconds: 1 },
      { errorType: 'Sandbox.Timedout' },
    ],
    [
      'process.exit ends the environment alone',
      'console.log("last words"); process.exit(3)',
      {},
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
      },
    ],
    [
      'process.exit without a code gives no reason',
      'process.exit()',
      {},
      {
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringContaining('Runtime exited without providing a reason'),
      },
    ],
    [
      'its memory is limited',
      'const held = []; for (;;) held.push(new Array(10_000).fill(event))',
      {},
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: killed') },
    ],
    [
      'an error outside the handler is reported',
      'setTimeout(() => { throw new RangeError("late") }); await new Promise(() => {})',
      {},
      { errorType: 'RangeError', errorMessage: 'late' },
    ],
    [
      'an unhandled rejection is reported',
      'Promise.reject(new Error("lost")); await new Promise(() => {})',
      {},
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    ],
  ])(
    '%s, and the next call gets a new environment',
    async (_what, failure, changes, error) => {
      local = await lambdaWith({ fails: { code: counting(failure), ...changes } })
      expect((await local.call('fails')).result).toBe(1)
      const failed = await local.call('fails', { fail: true })
      expect(failed.error).toMatchObject(error)
      if (failure.includes('last words')) expect(failed.logTail).toContain('last words')
      expect(local.reports.filter((line) => /\tStatus: (timeout$|error\tError Type: R)/.test(line))).toHaveLength(1)
      expect((await local.call('fails')).result).toBe(1)
    },
    20_000,
  )

  test('an error that the handler throws leaves the environment warm', async () => {
    local = await lambdaWith({ throws: { code: counting('throw "plain"') } })
    await local.call('throws')
    expect((await local.call('throws', { fail: true })).error).toEqual({
      errorType: 'string',
      errorMessage: 'plain',
      trace: [],
    })
    expect((await local.call('throws')).result).toBe(3)
  })

  test('an error keeps the name that its author gave it', async () => {
    local = await lambdaWith({
      named: {
        code: 'class E extends Error { name = "MailThrottled" }; exports.handler = async () => { throw new E("slow") }',
      },
    })
    expect((await local.call('named')).error).toMatchObject({ errorType: 'MailThrottled', errorMessage: 'slow' })
  })

  test.each<[string, Partial<FunctionSource> & { code: FunctionSource['code'] }, object]>([
    [
      'throws while it loads',
      { code: 'throw new EvalError("VARIABLE is missing")' },
      { errorType: 'EvalError', errorMessage: 'VARIABLE is missing' },
    ],
    ['does not parse', { code: 'exports.handler = (' }, { errorType: 'Runtime.UserCodeSyntaxError' }],
    [
      'has no such file',
      { code: '', handler: 'other.handler' },
      { errorType: 'Runtime.ImportModuleError', errorMessage: "Error: Cannot find module 'other'" },
    ],
    [
      'has no such export',
      { code: '' },
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'handler.handler is undefined or not exported' },
    ],
    ['requires what is not there', { code: 'require("./nothing")' }, { errorType: 'Runtime.ImportModuleError' }],
    [
      'wants a callback',
      { code: 'exports.handler = (event, context, done) => done()' },
      { errorType: 'Runtime.CallbackHandlerDeprecated' },
    ],
    ['exits while it loads', { code: 'process.exit(1)' }, { errorType: 'Runtime.ExitError' }],
  ])('a function that %s says so', async (_what, source, error) => {
    local = await lambdaWith({ broken: source })
    expect((await local.call('broken')).error).toMatchObject(error)
    // Loading is tried again with every call.
    expect((await local.call('broken')).error).toMatchObject(error)
  })

  test('a response that Lambda could not transport is an error', async () => {
    local = await lambdaWith({
      circle: { code: 'exports.handler = async () => { const a = {}; a.a = a; return a }' },
      large: { code: 'exports.handler = async () => "x".repeat(7e6)' },
    })
    expect((await local.call('circle')).error).toMatchObject({ errorMessage: 'Unable to stringify response body' })
    expect((await local.call('large')).error).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' })
  })
})

describe('concurrency', () => {
  const code = `
    const id = process.env.AWS_LAMBDA_LOG_STREAM_NAME; let busy = 0
    exports.handler = async (event) => { const seen = ++busy; await new Promise((done) => setTimeout(done, 5)); busy--; return { id, seen, event } }`

  test('many callers share a bounded number of environments, each with one call at a time', async () => {
    local = await lambdaWith({ busy: { code } }, { concurrency: 3 })
    const results = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, n) => (await local.call('busy', n)).result as { id: string; seen: number; event: number },
      ),
    )
    expect(results.map(({ event }) => event)).toEqual(Array.from({ length: 20 }, (_, n) => n))
    expect(results.every(({ seen }) => seen === 1)).toBe(true)
    expect(new Set(results.map(({ id }) => id)).size).toBe(3)
  })

  test('while every environment waits, further ones are started', async () => {
    const code = 'exports.handler = async (n) => { console.log(`begun ${n}`); await new Promise(() => {}) }'
    local = await lambdaWith({ hangs: { code } }, { concurrency: 6 })
    const calls = Array.from({ length: 6 }, (_, n) => expect(local.call('hangs', n)).rejects.toThrow('stopping'))
    for (let n = 0; n < 6; n++) await local.logged(`begun ${n}`)
    await local.lambda.stop()
    await Promise.all(calls)
  })

  test('while waits are skipped, as many run at once as the processors can run', async () => {
    const code = `
      exports.handler = async () => {
        await new Promise((done) => setTimeout(done, 400))
        return process.env.AWS_LAMBDA_LOG_STREAM_NAME
      }`
    local = await lambdaWith({ waits: { code } })
    local.lambda.underWay.skipWaits(true)
    const results = await Promise.all(Array.from({ length: 12 }, async () => (await local.call('waits')).result))
    expect(new Set(results).size).toBe(Math.max(availableParallelism() + 1, 3))
  })

  test('calls one after the other stay in one warm environment', async () => {
    local = await lambdaWith({ busy: { code } })
    const ids = new Set<unknown>()
    for (let n = 0; n < 5; n++) ids.add(((await local.call('busy')).result as { id: string }).id)
    expect(ids.size).toBe(1)
  })

  test('a stop ends running and waiting calls with a service error', async () => {
    local = await lambdaWith(
      { hangs: { code: 'exports.handler = async () => { console.log("begun"); await new Promise(() => {}) }' } },
      { concurrency: 1 },
    )
    const calls = [local.call('hangs'), local.call('hangs')].map((call) =>
      expect(call).rejects.toMatchObject({ code: 'ServiceException', statusCode: 500 }),
    )
    await local.logged('begun')
    await local.lambda.stop()
    await Promise.all(calls)
  })
})

test('a function reaches AWS through the gateway', async () => {
  local = await lambdaWith({
    inner: { code: 'exports.handler = async () => "inner"' },
    outer: {
      code: `exports.handler = async () => {
        const authorization = 'AWS4-HMAC-SHA256 Credential=a/20261123/r/lambda/aws4_request, SignedHeaders=host, Signature=0'
        const url = process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/inner/invocations'
        return await (await fetch(url, { method: 'POST', headers: { authorization } })).json()
      }`,
    },
  })
  expect((await local.call('outer')).result).toBe('inner')
})

test('code that cannot be read stops the start with one sentence', async () => {
  local = await lambdaWith({})
  const start = lambdaWith({ gone: { code: '', codeFile: '/nowhere/gone.zip' } })
  await expect(start).rejects.toThrow('There is no code at /nowhere/gone.zip: synthesise the stage again.')
})

describe('code that is long enough to be kept compiled', () => {
  const long = (code: string) => ({ long: { code: `// ${'.'.repeat(60_000)}\n${code}` } })

  test.each([
    ['1', "require('node:path').sep", '/'],
    ['2', "require('node:path').sep", '/'],
    ['2', "require('node:path').sep", '/'],
    ['3', "(await import('node:path')).sep", '/'],
  ])(
    'runs in the first environment and in later ones; code of the same length is another: %s',
    async (number, read, result) => {
      local = await lambdaWith(long(`exports.handler = async () => '${number}' + ${read}`))
      const answers = await Promise.all([local.call('long'), local.call('long')])
      expect(answers.map((answer) => answer.result)).toEqual([number + result, number + result])
    },
  )

  test.each([1, 1, 2])('may be in several files, each loaded when it is needed: %i', async (n) => {
    const dots = `// ${'.'.repeat(60_000)}`
    const code = {
      'handler.js': `${dots}\nexports.handler = async ({ late }) => (late ? require('./later.js').n : 0)`,
      'later.js': `${dots}\nexports.n = ${n}`,
    }
    local = await lambdaWith({ parts: { code } })
    for (const late of [false, true]) expect((await local.call('parts', { late })).result).toBe(late ? n : 0)
  })

  test('is reported as Node reports it where it does not parse', async () => {
    local = await lambdaWith(long('exports.handler = ('))
    expect(await local.call('long')).toMatchObject({ error: { errorType: 'Runtime.UserCodeSyntaxError' } })
  })
})

describe('a skip of what functions wait for', () => {
  const waiting = `
    const { setTimeout: pause } = require('node:timers/promises')
    exports.handler = async ({ ends }) => {
      const order = []
      setTimeout(() => order.push('cancelled'), 1e6).close()
      clearTimeout(+setTimeout(() => order.push('cancelled'), 1e6))
      setTimeout((...values) => order.push(...values), 3e6, 'later').refresh()
      setTimeout(() => order.push('sooner'), 2e6)
      console.log('waiting')
      const began = Date.now()
      await pause(4e6)
      return { order, tookMs: Date.now() - began }
    }`

  test('ends each timer at its moment, in order, and no sooner', async () => {
    local = await lambdaWith({ waits: { code: waiting } })
    const answer = local.call('waits')
    await local.logged('waiting')
    const { clock, lambda } = local
    let moves = 0
    for (let ended = false; !ended; ) {
      const { untilMs = Infinity } = lambda.underWay.waitsFor() ?? {}
      if (untilMs > clock.now() && untilMs !== Infinity) {
        moves += 1
        clock.moveTo(clock.offsetMs + Math.ceil(untilMs - clock.now()))
        lambda.underWay.endDueWaits()
      }
      ended = await Promise.race([answer.then(() => true), pause(2).then(() => false)])
    }
    const { order, tookMs } = (await answer).result as { order: string[]; tookMs: number }
    expect(order).toEqual(['sooner', 'later'])
    expect(tookMs).toBeGreaterThanOrEqual(4e6)
    expect(moves).toBe(3)
  })

  test('knows for how many responses a function waits', async () => {
    local = await lambdaWith({
      asks: {
        code: `const http = require('node:http')
          exports.handler = ({ url }) => new Promise((resolve) => http.get(url, (response) => response.resume().on('end', resolve)))`,
      },
    })
    const held: ServerResponse[] = []
    const server = createServer((_, response) => void held.push(response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const answer = local.call('asks', { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    while (local.lambda.underWay.waitsFor()?.responses !== 1 || held.length === 0) await pause(2)
    held[0]?.end()
    await answer
    expect(local.lambda.underWay.waitsFor()).toEqual({ untilMs: Infinity, responses: 0 })
    server.close()
  })
})
