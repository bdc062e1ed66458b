import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { strFromU8, unzipSync } from 'fflate'
import { bundle } from './bundle.ts'

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'bundle-')))
afterAll(() => rmSync(scratch, { recursive: true }))

/** A function package in a folder of its own, with the given files beside its handler. */
function functionPackage(name: string, handler: string, files: Record<string, string> = {}): string {
  const folder = join(scratch, name)
  for (const [path, text] of Object.entries({ 'src/handler.ts': handler, 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** The files of a bundle in a folder of their own, as Lambda has them. */
function unpack(name: string, zip: Uint8Array): string {
  const folder = join(scratch, name)
  mkdirSync(folder)
  for (const [file, contents] of Object.entries(unzipSync(zip))) writeFileSync(join(folder, file), contents)
  return folder
}

const codeOf = (zip: Uint8Array) => strFromU8(unzipSync(zip)['handler.js'] ?? new Uint8Array())

test('the zip holds handler.js, which exports handler and runs as CommonJS', async () => {
  const { zip } = await bundle(
    functionPackage('answer', `import { n } from './n.ts'\nexport const handler = async () => n`, {
      'src/n.ts': 'export const n: number = 42',
    }),
  )
  expect(Object.keys(unzipSync(zip))).toEqual(['handler.js'])
  writeFileSync(join(scratch, 'handler.cjs'), codeOf(zip))
  const { handler } = createRequire(__filename)(join(scratch, 'handler.cjs'))
  expect(await handler()).toBe(42)
})

test('the hash is the SHA-256 of the zip, as Lambda states it', async () => {
  const { zip, sha256Base64 } = await bundle(functionPackage('hashed', 'export const handler = async () => 1'))
  expect(sha256Base64).toBe(createHash('sha256').update(zip).digest('base64'))
})

test('two clones in different folders give the same bytes', async () => {
  const handler = `import { a } from './a.ts'\nimport { b } from './b.ts'\nexport const handler = () => import('./a.ts').then(() => a + b)`
  const original = functionPackage('one/functions/greet', handler, {
    'src/a.ts': 'export const a = 1',
    'src/b.ts': 'export const b = 2',
  })
  const clone = join(scratch, 'another place/with a longer name/greet')
  cpSync(original, clone, { recursive: true })
  expect((await bundle(clone)).zip).toEqual((await bundle(original)).zip)
})

test('a checkout whose packages are elsewhere gives the same bytes', async () => {
  const handler = `import { n } from 'shared'\nexport const handler = () => import('./later.ts').then(({ later }) => later + n)`
  const checkout = (place: string, packages: string) => {
    const files = { 'src/later.ts': `import { n } from 'shared'\nexport const later = n + 1` }
    const folder = functionPackage(`${place}/functions/greet`, handler, files)
    const shared = functionPackage(packages, '', {
      'index.js': 'export const n = 1',
      'package.json': '{"type":"module","exports":"./index.js"}',
    })
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(shared, join(folder, 'node_modules/shared'))
    return folder
  }
  const [near, far] = [
    checkout('near', 'near/packages/shared'),
    checkout('far', 'a store/of packages/elsewhere/shared'),
  ]
  const { zip } = await bundle(near)
  expect(Object.keys(unzipSync(zip))).toEqual(['1.js', '2.js', 'handler.js'])
  expect((await bundle(far)).zip).toEqual(zip)
})

test('the time zone does not show in the bytes', () => {
  const program = `import { zip } from '${join(__dirname, 'zip.ts')}'
    process.stdout.write(Buffer.from(zip({ b: new Uint8Array(9), a: new Uint8Array(3) })).toString('hex'))`
  const inZone = (TZ: string) =>
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      cwd: join(__dirname, '../../../..'),
      env: { ...process.env, TZ },
      encoding: 'utf8',
    })
  expect(inZone('Pacific/Auckland')).toBe(inZone('America/Los_Angeles'))
})

test('what import() loads is a file of its own, which runs when it is first needed', async () => {
  const later = functionPackage(
    'later',
    `import { seen } from './seen.ts'
    export const handler = async (needed: boolean) => { if (needed) await import('./late.ts'); return seen }`,
    {
      'src/seen.ts': 'export const seen: string[] = []',
      'src/late.ts': `import { seen } from './seen.ts'\nseen.push('late')`,
    },
  )
  const folder = unpack('later-unpacked', (await bundle(later)).zip)
  expect(readdirSync(folder).length).toBeGreaterThan(1)
  const { handler } = createRequire(__filename)(join(folder, 'handler.js'))
  expect([...(await handler(false))]).toEqual([])
  expect([...(await handler(true))]).toEqual(['late'])
})

describe('with AWS clients', () => {
  const root = join(__dirname, '../../../..')
  const folders = [
    ...readdirSync(join(root, 'functions')).map((name) => `functions/${name}`),
    'packages/customers',
    'packages/mail',
  ]
  const sources = folders
    .flatMap((one) => readdirSync(join(root, one, 'src')).map((file) => `${one}/src/${file}`))
    .filter((path) => /(?<!\.test)\.ts$/.test(path))
  /** Every command that our functions use: its client's package, and where that is installed. */
  const commands = new Map<string, { client: string; from: string }>()
  for (const path of sources) {
    const text = readFileSync(join(root, path), 'utf8')
    for (const [, names = '', client = ''] of text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/(client-[\w-]+)'/g)) {
      for (const [command] of names.matchAll(/\w+Command\b/g)) {
        commands.set(command, { client, from: join(root, path.split('/').slice(0, 2).join('/')) })
      }
    }
  }
  const clients = new Map([...commands.values()].map(({ client, from }) => [client, from]))

  let folder: string
  beforeAll(async () => {
    const lines = [...commands].map(([command, { client }]) => {
      const Client = clientClasses[client]
      return `import { ${Client} as ${Client}Of${command}, ${command} } from '@aws-sdk/${client}'
      calls.${command} = () => new ${Client}Of${command}(config).send(new ${command}(input as never))`
    })
    const source = `
      // As our functions have it: SQS is found by the environment, not by the queue's URL.
      const config = { maxAttempts: 1, useQueueUrlAsEndpoint: false }
      const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/000000000000/q'
      const input = { TableName: 't', QueueUrl, Entries: [], RawMessage: { Data: Buffer.from('m') } }
      const calls: Record<string, () => Promise<unknown>> = {}
      ${lines.join('\n')}
      export const handler = async (command: string) => await calls[command]!()`
    const package_ = functionPackage('clients', source)
    const modules = join(package_, 'node_modules/@aws-sdk')
    mkdirSync(modules, { recursive: true })
    for (const [client, from] of clients) {
      symlinkSync(realpathSync(join(from, 'node_modules/@aws-sdk', client)), join(modules, client))
    }
    folder = unpack('clients-unpacked', (await bundle(package_)).zip)
  })

  const program = `require('./handler.js').handler(process.argv[1])
    .then((output) => console.log('answered', output.$metadata.httpStatusCode), (error) => console.log(error.name, error.message))`
  const credentials = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' }
  const run = async (command: string, env: Record<string, string>) =>
    (await promisify(execFile)(process.execPath, ['-e', program, command], { cwd: folder, env })).stdout

  test('nothing is shipped that looks for settings or credentials elsewhere, or serves what functions do not do', () => {
    const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    expect(code.join('\n')).not.toMatch(
      /fromIni|credential_process|169\.254\.170\.2|AWS_CONFIG_FILE|:event-type|ReadableStream|devDependencies|Chrome|mnemonist/,
    )
  })

  test('credentials come from the environment, and their absence is named', async () => {
    expect(await run('GetItemCommand', { AWS_REGION: 'eu-west-1' })).toMatch('set AWS_ACCESS_KEY_ID')
  })

  // A stand-in that is reached throws instead.
  test.each([...commands.keys()])('%s works as shipped: its output is read, and its error', async (command) => {
    const seen: string[] = []
    let refuses = false
    const server = createServer(async (request, response) => {
      const isQuery = (await text(request)).startsWith('Action=')
      seen.push(`${request.headers.authorization} ${request.headers['x-amz-security-token']}`)
      response.statusCode = refuses ? 400 : 200
      response.setHeader('content-type', isQuery ? 'text/xml' : 'application/x-amz-json-1.0')
      const xml = refuses
        ? '<ErrorResponse><Error><Code>Busy</Code><Message>wait</Message></Error></ErrorResponse>'
        : '<R/>'
      response.end(isQuery ? xml : JSON.stringify(refuses ? { __type: 'Busy', message: 'wait' } : {}))
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = { ...credentials, AWS_SESSION_TOKEN: 'token', AWS_ENDPOINT_URL }
    try {
      expect(await run(command, env)).toBe('answered 200\n')
      refuses = true
      expect(await run(command, env)).toBe('Busy wait\n')
      expect(seen).toEqual(Array(2).fill(expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=id\/.* token$/)))
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})

/** The class of each client. Another client of a function is a test that fails, until it is named here. */
const clientClasses: Record<string, string> = {
  'client-dynamodb': 'DynamoDBClient',
  'client-eventbridge': 'EventBridgeClient',
  'client-ses': 'SESClient',
  'client-sfn': 'SFNClient',
  'client-sns': 'SNSClient',
  'client-sqs': 'SQSClient',
}

test.each([
  ['an import that leads nowhere', `import './missing.ts'\nexport const handler = 1`, './missing.ts'],
  ['a suspicious comparison', `export const handler = (x: number) => typeof x === 'nubmer'`, 'nubmer'],
])('%s is one readable error that names the function, the file and the line', async (_, handler, culprit) => {
  const attempt = bundle(functionPackage('broken', handler))
  await expect(attempt).rejects.toThrow(/^The function broken cannot be bundled/)
  await expect(attempt).rejects.toThrow(/src\/handler\.ts:1:/)
  await expect(attempt).rejects.toThrow(culprit)
})
