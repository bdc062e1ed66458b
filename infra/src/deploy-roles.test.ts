import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { stages } from '@confirmation-reminder/contracts/stages'
import { shipEnvironment } from './deploy-roles.ts'
import { resources, terraformOf } from './test/terraform.ts'

const rolesOf = (terraform: ReturnType<typeof terraformOf>) =>
  resources(terraform, 'aws_iam_role').filter(([address]) => address.startsWith('ship_'))

test.each(stages)(
  'in %s each function has a role that only its own environment of the repository may assume',
  (stage) => {
    const roles = rolesOf(terraformOf(stage))
    expect(roles.map(([address]) => address).sort()).toEqual(functionNames.map((name) => `ship_${name}_role`).sort())
    for (const [address, { name, assume_role_policy }] of roles) {
      const own = /^ship_(.*)_role$/.exec(address)?.[1]
      expect(name).toBe(`confirmation-reminder-${stage}-${own}-ship`)
      expect(JSON.parse(assume_role_policy).Statement).toEqual([
        {
          Effect: 'Allow',
          Action: ['sts:AssumeRoleWithWebIdentity'],
          Principal: {
            Federated:
              'arn:aws:iam::${data.aws_caller_identity.account.account_id}:oidc-provider/token.actions.githubusercontent.com',
          },
          Condition: {
            StringEquals: {
              'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
              'token.actions.githubusercontent.com:sub': `repo:example/confirmation-reminder:environment:ship-${stage}-${own}`,
            },
          },
        },
      ])
    }
  },
)

/** Whom a role trusts: the subjects that its policy names, and how they are compared. */
const trusted = (repository: string) =>
  rolesOf(terraformOf('dev', { github: { repository } })).map(([, { assume_role_policy }]) =>
    JSON.parse(assume_role_policy).Statement.map(({ Condition }: { Condition: object }) => Condition),
  )

// Name and ids together: a name alone would trust a stranger who takes it once it is free.
test.each(['owner/name', 'Owner@123456/name.js@456789'])(
  'a role trusts the subject of %s and no other',
  (repository) => {
    expect(trusted(repository)).toEqual(
      [...functionNames].sort().map((name) => [
        {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': `repo:${repository}:environment:ship-dev-${name}`,
          },
        },
      ]),
    )
  },
)

test.each(stages)('the job that ships to %s works in the environment which its role trusts', (stage) => {
  const workflow = readFileSync(join(__dirname, '../../.github/workflows/ship-function.yml'), 'utf8')
  expect(workflow).toContain(`environment: ${shipEnvironment(stage, '${{ inputs.function }}')}\n`)
  expect(workflow).toContain(`--stage ${stage}\n`)
})

test('no GitHub, no roles', () => {
  const { resource } = terraformOf('dev')
  expect(Object.keys(resource.aws_iam_role ?? {})).toContain('ship_reminder_role')
  // @ts-expect-error a setting that is left out, and one that is undefined, are the same to the synthesis
  expect(rolesOf(terraformOf('dev', { github: undefined }))).toEqual([])
})
