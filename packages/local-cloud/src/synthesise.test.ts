import { appendFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthesise } from './synthesise.ts'

// A synthesis takes many seconds on a slow machine.
jest.setTimeout(240_000)

const outdir = realpathSync(mkdtempSync(join(tmpdir(), 'synthesised-')))
afterAll(() => rmSync(outdir, { recursive: true }))
afterEach(() => {
  delete process.env.SETTINGS
})

/** What is there after a synthesis, and when it was written. */
async function synthesised() {
  const file = join(await synthesise('dev', outdir), 'cdk.tf.json')
  return { file, terraform: readFileSync(file, 'utf8'), writtenMs: statSync(file).mtimeMs }
}

test('a stage is synthesised again only if something has changed', async () => {
  const first = await synthesised()
  expect(JSON.parse(first.terraform)).toHaveProperty('resource.aws_sfn_state_machine')
  expect(await synthesised()).toEqual(first)
  appendFileSync(first.file, ' ')
  const restored = await synthesised()
  expect(restored.terraform).toBe(first.terraform)
  expect(restored.writtenMs).toBeGreaterThan(first.writtenMs)
})

test('settings from elsewhere are read, and no later start takes their result for its own', async () => {
  const { terraform } = await synthesised()
  process.env.SETTINGS = join(__dirname, '../../../infra/src/test/three-reminders.ts')
  const other = await synthesised()
  expect(other.terraform).not.toBe(terraform)
  delete process.env.SETTINGS
  expect((await synthesised()).terraform).toBe(terraform)
})

test('what infra refuses is said in its words', async () => {
  process.env.SETTINGS = join(__dirname, 'no-such-settings.ts')
  await expect(synthesise('dev', outdir)).rejects.toThrow(
    /^There is no file packages\/local-cloud\/src\/no-such-settings\.ts\.$/,
  )
})
