import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from './run.ts'
import { code, name, stack, stackWith } from './test/stack.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-stack-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const into = () => join(folder, 'checked', 'head')

/** Writes a file of a stack, as a path from the stack's folder. */
function write(file: string, content: string, synthesised = 'cdktf.out') {
  const path = join(folder, synthesised, 'stacks', name, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** A stack as it is synthesised, with this JSON. */
function synthesise(json = JSON.stringify(stack()), synthesised = 'cdktf.out') {
  write('cdk.tf.json', json, synthesised)
  write(code, 'a zip', synthesised)
}

function check(...options: string[]) {
  const printed = { stdout: '', stderr: '' }
  const args = ['--stage', 'prod', '--into', into(), ...options, join(folder, 'cdktf.out')]
  const status = run(args, {
    print: (text) => {
      printed.stdout += text
    },
    error: (text) => {
      printed.stderr += `${text}\n`
    },
  })
  return { status, ...printed }
}

const copied = () =>
  readdirSync(into(), { recursive: true, encoding: 'utf8' })
    .filter((each) => /\./.test(each))
    .sort()

test('an accepted stack is copied, with the code that it names', () => {
  synthesise()
  synthesise(JSON.stringify(stack()), 'main')
  expect(check('--main', join(folder, 'main'))).toEqual({ status: 0, stdout: '', stderr: '' })
  expect(copied()).toEqual([code, 'cdk.tf.json'].sort())
  expect(JSON.parse(readFileSync(join(into(), 'cdk.tf.json'), 'utf8'))).toEqual(stack())
})

test('of a refused stack nothing is copied, and each refusal is a line', () => {
  synthesise(JSON.stringify(stackWith({ 'data.external': {}, module: {} })))
  expect(check()).toEqual({
    status: 1,
    stdout: '',
    stderr: 'check-stack: data.external is not allowed.\ncheck-stack: module is not allowed.\n',
  })
  expect(existsSync(into())).toBe(false)
})

test('a stack that keeps its state elsewhere than main does is refused', () => {
  synthesise(JSON.stringify(stackWith({ 'terraform.backend.s3.bucket': 'evil' })))
  synthesise(JSON.stringify(stack()), 'main')
  expect(check('--main', join(folder, 'main'))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('terraform.backend is not the one that main has.'),
  })
})

test.each([
  'evil.tf',
  'evil.tf.json',
  'override.tf.json',
  'cdk_override.tf.json',
  'cdk.tofu.json',
  'terraform.tfvars',
  'terraform.tfvars.json',
  'x.auto.tfvars',
  '.terraform.lock.hcl',
  '.terraformrc',
  '.terraform/terraform.tfstate',
  '.terraform/providers/registry.terraform.io/hashicorp/aws/6.25.0/linux_amd64/terraform-provider-aws_v6.25.0_x5',
  '.terraform/environment',
  'terraform.tfstate',
  'x.tftest.hcl',
  'plan',
  'assets/evil.tf',
  'assets/reminder_code/034C8307596FC2A4876500640CBFE62E/evil.sh',
  'a\n::error::name',
])('the file %j is refused', (file) => {
  synthesise()
  write(file, '')
  expect(check()).toEqual({
    status: 1,
    stdout: '',
    stderr: `check-stack: The file ${JSON.stringify(file)} is not allowed: a stack is cdk.tf.json and the zips in assets.\n`,
  })
})

test.each(['cdk.tf.json', code, 'more'])('a link is refused as %s', (file) => {
  synthesise()
  const path = join(folder, 'cdktf.out', 'stacks', name, file)
  rmSync(path, { force: true })
  symlinkSync('/etc/passwd', path)
  const { status, stderr } = check()
  expect(status).not.toBe(0)
  expect(stderr).toMatch(/The link .* is not allowed|has no cdk\.tf\.json/)
  expect(existsSync(into())).toBe(false)
})

test('a link is refused in place of a folder', () => {
  synthesise(JSON.stringify(stack()), 'elsewhere')
  mkdirSync(join(folder, 'cdktf.out'))
  symlinkSync(join(folder, 'elsewhere', 'stacks'), join(folder, 'cdktf.out', 'stacks'))
  expect(check()).toMatchObject({ status: 2, stderr: expect.stringMatching(/cdktf\.out\/stacks is not a folder\.\n$/) })
})

test('Terraform reads only what was checked, also where it reads JSON differently', () => {
  const json = JSON.stringify(stack())
  synthesise(`{"module":{"evil":{"source":"./x"}},"module":{},${json.slice(1)}`)
  expect(check()).toMatchObject({ status: 1, stderr: 'check-stack: module is not allowed.\n' })
  synthesise(`{"output":{"secret":{"value":"\${file(\\"/etc/passwd\\")}"}},${json.slice(1)}`)
  expect(check().status).toBe(0)
  expect(readFileSync(join(into(), 'cdk.tf.json'), 'utf8')).not.toContain('passwd')
})

test.each([
  ['{', /cdk\.tf\.json is not JSON: .+\n$/],
  ['\n::error::hostile', /^check-stack: [^\n]+ is not JSON: [^\n]+\n$/],
  [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, /^check-stack: .+\n$/],
])('what cannot be read is an error, and nothing is copied', (json, message) => {
  synthesise(json)
  const { status, stderr } = check()
  expect(status).not.toBe(0)
  expect(stderr).toMatch(message)
  expect(existsSync(into())).toBe(false)
})

test('nothing is copied into a folder that exists', () => {
  synthesise()
  mkdirSync(into(), { recursive: true })
  expect(check()).toMatchObject({ status: 2, stderr: expect.stringContaining('EEXIST') })
})

test.each([
  [['--stage', 'test', '--into', 'x', 'y'], '--stage takes dev or prod, not "test".'],
  [['--stage', 'prod', 'y'], 'Missing --into: the folder for the checked stack.'],
  [['--stage', 'prod', '--into', 'x'], 'Name one folder that was synthesised. --help lists the options.'],
])('%j is an error of usage', (args, message) => {
  const errors: string[] = []
  expect(run(args, { print: () => undefined, error: (text) => errors.push(text) })).toBe(2)
  expect(errors).toEqual([`check-stack: ${message}`])
})
