import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { stackName } from '@confirmation-reminder/contracts/names'
import { Moto, motoIsPresent } from '../moto.ts'
import { terraformIsHere } from '../terraform/terraform.ts'

// The commands of docs/deploy.md, as they stand there, against an independent emulator of AWS.

const root = join(__dirname, '..', '..')
const stage = 'dev'
const stack = stackName(stage)
const where = `infra/cdktf.out/stacks/${stack}`
const repository = 'ours@123/confirmation-reminder@456'
const blocks = [...readFileSync(join(root, 'docs', 'deploy.md'), 'utf8').matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)]

/** The commands of the block that contains a text. */
function commands(text: string): string {
  const [found, another] = blocks.filter(([, block]) => block?.includes(text))
  if (!found?.[1] || another) throw new Error(`docs/deploy.md has not exactly one block with: ${text}`)
  return found[1]
}

const awsIsHere = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0
let moto: Moto
let folder: string
beforeAll(async () => {
  if (motoIsPresent) moto = await Moto.start()
  folder = mkdtempSync(join(tmpdir(), 'first-deploy-'))
  // Stands in for GitHub's CLI, and writes down what it is called with.
  const gh = `#!/bin/sh\necho "$*" >> '${folder}/gh'\n`
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin', 'gh'), gh, { mode: 0o755 })
  cpSync(join(root, '.github'), join(folder, '.github'), { recursive: true })
  for (const name of functionNames) mkdirSync(join(folder, 'functions', name), { recursive: true })
})
afterAll(async () => {
  await moto?.stop()
  rmSync(folder, { recursive: true })
})

/** Runs commands in one shell, in a folder like the root of the repository. Fails with what they print. */
function shell(...lines: string[]): string {
  const env = {
    PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
    HOME: folder,
    NO_PROXY: '127.0.0.1',
    AWS_ENDPOINT_URL: moto.url,
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_PAGER: '', CHECKPOINT_DISABLE: '1' },
  }
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', lines.join('\n')], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`)
  return stdout
}

const account = commands('export STAGE=dev')
/** What the first step leaves in the shell, without asking for the account again. */
const step1 = account.replace(/\$\(aws sts .*\)/, '123456789012').replace(/^ *echo .*$/m, '')

/** What GitHub needs of each environment that the workflows use for this stage: the environment, and its variables. */
function used(): Record<string, string[]> {
  const jobs = readdirSync(join(root, '.github', 'workflows')).flatMap((name) =>
    readFileSync(join(root, '.github', 'workflows', name), 'utf8').split(/^(?= {2}[\w-]+:\n)/m),
  )
  const environments = new Map<string, Set<string>>()
  for (const job of jobs) {
    const environment = /^ {4}environment: (.*)$/m.exec(job)?.[1]?.replace('${{ matrix.stage }}', stage)
    if (!environment || environment.startsWith('ship-prod-')) continue
    for (const name of environment.includes('inputs.function') ? functionNames : ['']) {
      const key = environment.replace('${{ inputs.function }}', name)
      const variables = [...job.matchAll(/\bvars\.(\w+)/g)].map(([, variable = '']) => variable)
      environments.set(key, new Set([...(environments.get(key) ?? []), ...variables]))
    }
  }
  return Object.fromEntries([...environments].map(([name, variables]) => [name, [...variables].sort()]))
}

if (motoIsPresent && awsIsHere) {
  test('the account gets its bucket, its identity provider and its service-linked role', () => {
    const printed = shell(
      account,
      commands('aws s3api create-bucket'),
      commands('get-bucket-$setting'),
      commands('aws iam create-service-linked-role'),
      commands('aws iam create-open-id-connect-provider'),
      commands('aws iam get-open-id-connect-provider'),
    )
    for (const set of [
      '"Status": "Enabled"',
      '"SSEAlgorithm": "AES256"',
      'aws:SecureTransport',
      '"RestrictPublicBuckets": true',
      'role/aws-service-role/management.chatbot.amazonaws.com/',
      'oidc-provider/token.actions.githubusercontent.com',
      '"sts.amazonaws.com"',
    ]) {
      expect(printed).toContain(set)
    }
  })

  test('the roles trust the environments of this repository, and no role of a plan reads customers', () => {
    // What synthesis wrote: the roles that ship trust the repository of the settings.
    const roles = { ship: JSON.stringify({ sub: `repo:${repository}:environment:ship-${stage}-confirm` }) }
    mkdirSync(join(folder, where), { recursive: true })
    writeFileSync(join(folder, where, 'cdk.tf.json'), JSON.stringify(roles, null, 2))
    shell(
      step1,
      // moto knows AWS's own policies only if it spends many seconds on loading all of them.
      `aws() { if [ "$2" = attach-role-policy ]; then echo "$*" >> attached; else command aws "$@"; fi; }`,
      'aws sns create-topic --name notify --attributes KmsMasterKeyId=arn:aws:kms:eu-west-1:123456789012:key/of-notify',
      commands('aws iam create-role'),
    )
    const attached = readFileSync(join(folder, 'attached'), 'utf8').match(/(?<=role-name confirmation-reminder-).*/g)
    expect(attached).toEqual(
      [
        [stage, 'AdministratorAccess'],
        [`plan-${stage}`, 'ReadOnlyAccess'],
        [`plan-${stage}`, 'AWSStepFunctionsReadOnlyAccess'],
        [`drift-${stage}`, 'ReadOnlyAccess'],
        [`drift-${stage}`, 'AWSStepFunctionsReadOnlyAccess'],
      ].map(([name, policy]) => `${name} --policy-arn arn:aws:iam::aws:policy/${policy}`),
    )
    const details = JSON.parse(shell(step1, 'aws iam get-account-authorization-details --filter Role --output json'))
    const of = (name: string) =>
      details.RoleDetailList.find(({ RoleName }: { RoleName: string }) => RoleName === `confirmation-reminder-${name}`)
    for (const name of [stage, `plan-${stage}`, `drift-${stage}`]) {
      expect(of(name).AssumeRolePolicyDocument.Statement.Condition.StringEquals).toEqual({
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:ref': 'refs/heads/main',
        'token.actions.githubusercontent.com:sub': `repo:${repository}:environment:${name}`,
      })
    }
    const statements = (name: string) =>
      of(name).RolePolicyList.flatMap(
        ({ PolicyDocument }: { PolicyDocument: { Statement: object } }) => PolicyDocument.Statement,
      )
    const noItems = { Effect: 'Deny', Resource: '*', Action: expect.arrayContaining(['dynamodb:Query']) }
    expect(statements(`plan-${stage}`)).toEqual([expect.objectContaining(noItems)])
    expect(statements(`drift-${stage}`)).toEqual(
      expect.arrayContaining([
        expect.objectContaining(noItems),
        { Effect: 'Allow', Action: 'sns:Publish', Resource: 'arn:aws:sns:eu-west-1:123456789012:notify' },
        expect.objectContaining({ Resource: 'arn:aws:kms:eu-west-1:123456789012:key/of-notify' }),
      ]),
    )
  })

  test('GitHub gets each environment that the workflows use, with its variables, and main alone may use them', () => {
    shell(step1, `TOPIC=arn:aws:sns:eu-west-1:123456789012:notify`, commands('gh variable set'))
    const calls = readFileSync(join(folder, 'gh'), 'utf8').trim().split('\n')
    const variables = calls.flatMap((call) => [...call.matchAll(/^variable set (\w+) --env (\S+) --body \S+$/g)])
    const made = calls.flatMap((call) => /^api --method PUT repos\/\S+\/environments\/(\S+)/.exec(call)?.[1] ?? [])
    const set = made.map((name) => [
      name,
      variables.flatMap(([, variable, of]) => (of === name ? [variable] : [])).sort(),
    ])
    expect(Object.fromEntries(set)).toEqual(used())
    const ofMain = calls.flatMap(
      (call) => /environments\/(\S+)\/deployment-branch-policies -f name=main$/.exec(call)?.[1] ?? [],
    )
    expect(made.filter((name) => !ofMain.includes(name))).toEqual([])
  })

  if (terraformIsHere) {
    test('local state moves into the bucket, where it replaces no other and is locked', () => {
      mkdirSync(join(folder, where), { recursive: true })
      const terraform = (command: string) => `terraform -chdir=${where} ${command} -input=false -no-color`
      const backend = (kind: object) => {
        const resource = { terraform_data: { customers: { input: 'table' } } }
        const text = JSON.stringify({ terraform: { backend: kind }, resource })
        writeFileSync(join(folder, where, 'cdk.tf.json'), text)
      }
      backend({ local: { path: `../../../terraform.${stack}.tfstate` } })
      shell(terraform('init'), terraform('apply -auto-approve'))

      const move = commands('aws s3api put-object')
      // moto applies the policy's Deny without its condition.
      shell(step1, 'aws s3api delete-bucket-policy --bucket "$BUCKET"', move)
      const s3 = { key: `${stack}.tfstate`, encrypt: true, use_lockfile: true, use_path_style: true }
      backend({ s3: { bucket: `${stack}-123456789012-state`, region: 'eu-west-1', ...s3 } })
      const planned = shell(step1, terraform('init -reconfigure'), terraform('plan'))
      expect(planned).toContain('found no differences')
      // The lock is an object beside the state, of which a version stays.
      const versions = 'aws s3api list-object-versions --bucket "$BUCKET" --query "Versions[].Key" --output text'
      expect(shell(step1, versions)).toContain(`${stack}.tfstate.tflock`)

      writeFileSync(join(folder, 'infra', `terraform.${stack}.tfstate`), '{}')
      expect(() => shell(step1, move)).toThrow('PreconditionFailed')
      const [inBucket, inFile] = shell(step1, commands('.lineage, .serial')).trim().split('\n')
      expect([inBucket, inFile]).toEqual([expect.stringMatching(/^\["[0-9a-f-]{36}",\d+\]$/), '[null,null]'])
      expect(shell(step1, terraform('plan'))).toContain('found no differences')
    })
  }
} else {
  test.todo('moto_server or aws is not installed here: with them, the commands of docs/deploy.md are tried')
}
