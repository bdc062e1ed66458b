import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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

describe('with an AWS client', () => {
  const sfn = `import { SFNClient } from '@aws-sdk/client-sfn'\nexport const handler = async () => new SFNClient({ region: 'eu-west-1' }).config.credentials()`
  const withClient = () => {
    const folder = functionPackage('client', sfn)
    const sdk = join(__dirname, '../../../../functions/register/node_modules/@aws-sdk')
    mkdirSync(join(folder, 'node_modules'), { recursive: true })
    symlinkSync(realpathSync(sdk), join(folder, 'node_modules/@aws-sdk'))
    return bundle(folder)
  }

  test('credentials come from the environment, and no other search for them is shipped', async () => {
    const code = codeOf((await withClient()).zip)
    expect(code).not.toMatch(/fromIni|credential_process|169\.254\.170\.2/)
    writeFileSync(join(scratch, 'client.cjs'), code)
    const run = (env: Record<string, string>) =>
      execFileSync(
        process.execPath,
        ['-p', `require('./client.cjs').handler().then(c => console.log(c.sessionToken))`],
        {
          cwd: scratch,
          env,
          encoding: 'utf8',
          stdio: 'pipe',
        },
      )
    expect(run({ AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' })).toMatch(
      'token',
    )
    expect(() => run({})).toThrow('set AWS_ACCESS_KEY_ID')
  })
})

test.each([
  ['an import that leads nowhere', `import './missing.ts'\nexport const handler = 1`, './missing.ts'],
  ['a suspicious comparison', `export const handler = (x: number) => typeof x === 'nubmer'`, 'nubmer'],
])('%s is one readable error that names the function, the file and the line', async (_, handler, culprit) => {
  const attempt = bundle(functionPackage('broken', handler))
  await expect(attempt).rejects.toThrow(/^The function broken cannot be bundled/)
  await expect(attempt).rejects.toThrow(/src\/handler\.ts:1:/)
  await expect(attempt).rejects.toThrow(culprit)
})
