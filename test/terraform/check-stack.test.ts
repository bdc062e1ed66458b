import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stackName } from '@confirmation-reminder/contracts/names'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import synthesise, { stackOf, synthesised } from '../synthesise.ts'
import { type Stack, terraformIsHere } from './terraform.ts'

const root = join(__dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'check-stack-'))
const main = join(folder, 'main')
beforeAll(() =>
  synthesise(main, 'src/test/changed-settings.ts', { dev: { stateBucket: 'ours' }, prod: { stateBucket: 'ours' } }),
)
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the command as a workflow does. */
function checkStack(stage: Stage, synthesised: string, into: string) {
  const command = ['--import', 'tsx', join(root, 'packages/plan-report/src/stack/main.ts')]
  const options = ['--stage', stage, '--main', main, '--into', into, synthesised]
  return spawnSync(process.execPath, [...command, ...options], { cwd: root, encoding: 'utf8' })
}

const read = (stage: Stage, outdir = main): Stack =>
  JSON.parse(readFileSync(join(stackOf(stage, outdir), 'cdk.tf.json'), 'utf8'))

test.each(stages)('the stack of %s is accepted, and the copy has its code', (stage) => {
  const into = join(folder, 'accepted', stage)
  expect(checkStack(stage, main, into)).toMatchObject({ status: 0, stderr: '' })
  expect(JSON.parse(readFileSync(join(into, 'cdk.tf.json'), 'utf8'))).toEqual(read(stage))
  for (const { filename } of Object.values(read(stage).resource.aws_lambda_function ?? {})) {
    expect(readFileSync(join(into, filename))).toEqual(readFileSync(join(stackOf(stage, main), filename)))
  }
})

test.each(['before', 'after'])('the stacks are accepted with settings that differ from these (%s)', async (when) => {
  const outdir = join(folder, when)
  await synthesise(outdir, `src/test/settings-${when}.ts`)
  for (const stage of stages) {
    const { status, stderr } = checkStack(stage, outdir, join(folder, 'varied', when, stage))
    // Their state is in a file.
    expect(stderr.replace(/^.*terraform\.backend .*\n|^.*terraform\.backend\.local .*\n/gm, '')).toBe('')
    expect(status).toBe(1)
  }
})

test('a stack whose state is in a file of one machine is refused', () => {
  const { status, stderr } = checkStack('prod', synthesised(), join(folder, 'local'))
  expect(status).toBe(1)
  expect(stderr).toContain('terraform.backend.local is a file of one machine')
})

const rules = readFileSync(join(root, 'packages/plan-report/src/stack/stack-rules.ts'), 'utf8')
/** A list of strings in the rules. */
const listed = (name: string) =>
  new RegExp(`${name} = \\[([^\\]]*)\\]`).exec(rules)?.[1]?.match(/(?<=')[^',]+(?=')/g) ?? []

test('the types of resources that infra uses are accepted', () => {
  const sources = readdirSync(join(root, 'infra/src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const imported = sources.flatMap(
    (file) => readFileSync(join(root, 'infra/src', file), 'utf8').match(/(?<=provider-aws\/lib\/)[\w-]+/g) ?? [],
  )
  const used = [...new Set(imported)].map((name) => `aws_${name.replaceAll('-', '_')}`).sort()
  // There may be more: a pull request adds a type here before another one uses it.
  expect([
    ...listed('resourceTypes'),
    'aws_data_aws_caller_identity',
    'aws_data_aws_route53_zone',
    'aws_provider',
  ]).toEqual(expect.arrayContaining(used))
})

test('the version of the provider that infra names is accepted', () => {
  expect(listed('providerVersions')).toContain(read('prod').terraform.required_providers.aws.version)
})

/** Writes a stack of prod with more in it, as a hostile pull request may. */
function hostile(name: string, json: string, files: Record<string, string> = {}): string {
  const synthesised = join(folder, name)
  const stack = stackOf('prod', synthesised)
  mkdirSync(stack, { recursive: true })
  for (const [file, content] of Object.entries({ ...files, 'cdk.tf.json': json })) {
    writeFileSync(join(stack, file), content)
  }
  return synthesised
}

if (!terraformIsHere) {
  test('terraform is not on this machine: nothing was run', () => expect(terraformIsHere).toBe(false))
} else {
  const secret = join(folder, 'credentials')
  beforeAll(() => writeFileSync(secret, 'a-secret-of-the-runner'))
  const reading = `\${file(${JSON.stringify(secret)})}`
  const output = (value: unknown) => JSON.stringify({ output: { stolen: { value } } })

  /** What `terraform plan` prints for a stack that needs no provider. */
  function planned(stack: string): string {
    const options = { cwd: stack, encoding: 'utf8', env: { PATH: process.env.PATH, CHECKPOINT_DISABLE: '1' } } as const
    spawnSync('terraform', ['init', '-input=false', '-no-color'], options)
    const { stdout, stderr } = spawnSync('terraform', ['plan', '-input=false', '-no-color'], options)
    return stdout + stderr
  }

  test.each([
    ['a function', output(reading), {}],
    ['a function in the name of a member', output({ [reading]: 1 }), {}],
    ['a function inside a directive', output(`%{ if true }${reading}%{ endif }`), {}],
    ['a list of stacks', `[${output(reading)}]`, {}],
    ['another file', '{}', { 'more.tf.json': output(reading) }],
    [
      'variables in a file',
      JSON.stringify({ variable: { x: {} }, output: { stolen: { value: '${var.x}' } } }),
      {
        'terraform.tfvars.json': JSON.stringify({ x: 'a-secret-of-the-runner' }),
      },
    ],
  ])('%s, with which a plan reads the machine, is refused before Terraform starts', (what, json, files) => {
    const synthesised = hostile(what, json, files)
    const into = join(folder, 'checked', what)
    expect(checkStack('prod', synthesised, into)).toMatchObject({ status: 1, stdout: '' })
    expect(existsSync(into)).toBe(false)
    // The attack itself works.
    expect(planned(stackOf('prod', synthesised))).toContain('a-secret-of-the-runner')
  })

  test('of a member that is there twice, Terraform reads both, and of the copy only what was checked', () => {
    const first = `"output":{"stolen":{"value":${JSON.stringify(reading)}}}`
    const attack = hostile('twice', `{${first},"output":{"harmless":{"value":1}}}`)
    expect(planned(stackOf('prod', attack))).toContain('a-secret-of-the-runner')
    const synthesised = join(folder, 'twice in a stack')
    cpSync(main, synthesised, { recursive: true })
    writeFileSync(
      join(stackOf('prod', synthesised), 'cdk.tf.json'),
      `{${first},${JSON.stringify(read('prod')).slice(1)}`,
    )
    const into = join(folder, 'checked', 'twice')
    expect(checkStack('prod', synthesised, into)).toMatchObject({ status: 0 })
    expect(JSON.parse(readFileSync(join(into, 'cdk.tf.json'), 'utf8'))).toEqual(read('prod'))
    expect(readFileSync(join(into, 'cdk.tf.json'), 'utf8')).not.toContain('stolen')
  })

  test('a data source that runs a program is refused before its provider is downloaded', () => {
    const stack = read('prod') as Stack & { data: unknown }
    const data = { ...stack.data, external: { x: { program: ['sh', '-c', 'env'] } } }
    const synthesised = hostile('external', JSON.stringify({ ...stack, data }))
    const { status, stderr } = checkStack('prod', synthesised, join(folder, 'checked', 'external'))
    expect(status).toBe(1)
    expect(stderr).toContain('check-stack: data.external is not allowed.\n')
  })
}

test('what is checked is the stack of the stage', () => {
  const { status, stderr } = checkStack('dev', hostile('of prod', '{}'), join(folder, 'of-dev'))
  expect(status).toBe(2)
  expect(stderr).toContain(stackName('dev'))
})
