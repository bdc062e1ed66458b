import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, TerraformStack } from 'cdktf'
import { keepState } from './backend.ts'

let infra: string
beforeEach(() => {
  infra = mkdtempSync(join(tmpdir(), 'infra-'))
})
afterEach(() => rmSync(infra, { recursive: true }))

const stackName = 'confirmation-reminder-dev'

/** The backend of a stack that is synthesised into the folder `cdktf.out` of infra. */
function backend(stateBucket?: string) {
  const app = new App({ outdir: join(infra, 'cdktf.out') })
  mkdirSync(app.outdir, { recursive: true })
  keepState(new TerraformStack(app, stackName), { region: 'eu-west-1', ...(stateBucket && { stateBucket }) })
  app.synth()
  const stack = readFileSync(join(app.outdir, 'stacks', stackName, 'cdk.tf.json'), 'utf8')
  return JSON.parse(stack).terraform.backend
}

/** Where Terraform keeps the state of a stack without a bucket, from the folder in which it runs. */
const localState = () => join(infra, 'cdktf.out', 'stacks', stackName, backend().local.path)

test('a stage whose state is still in a local file cannot be synthesised with a bucket', () => {
  const file = localState()
  writeFileSync(file, '{}')
  expect(() => backend('our-state')).toThrow(
    `aws s3api put-object --bucket our-state --key ${stackName}.tfstate --body ${file} --if-none-match '*' && ` +
      `mv ${file} ${file}.moved\n` +
      'If it answers PreconditionFailed, the bucket has a state already: compare the two before you rename the file.',
  )
})

test('it can once the file has been renamed', () => {
  writeFileSync(`${localState()}.moved`, '{}')
  expect(backend('our-state')).toMatchObject({ s3: { bucket: 'our-state', key: `${stackName}.tfstate` } })
})

test('the local state of another stage is no obstacle', () => {
  writeFileSync(localState().replace('-dev.', '-prod.'), '{}')
  expect(backend('our-state')).toMatchObject({ s3: { bucket: 'our-state' } })
})
