import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { stages } from '@confirmation-reminder/contracts/stages'
import { stackOf } from '../synthesise.ts'
import { type Arguments, type Stack, terraformIsHere, Workspace } from './terraform.ts'

const root = join(__dirname, '..', '..')

/** Runs plan-report as a workflow does. */
function planReport(...options: string[]): Promise<{ code: number; markdown: string }> {
  const command = ['--import', 'tsx', 'packages/plan-report/src/main.ts', ...options]
  return new Promise((resolve) =>
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, markdown: stdout + stderr }),
    ),
  )
}

/** The one resource of a type whose name fits. */
function only(stack: Stack, type: string, name = /./): Arguments {
  const [found, another] = Object.entries(stack.resource[type] ?? {}).filter(([key]) => name.test(key))
  if (!found || another) throw new Error(`There is not exactly one ${type} like ${name}.`)
  return found[1]
}

const table = (stack: Stack) => only(stack, 'aws_dynamodb_table', /^customers/)

if (!terraformIsHere)
  test('terraform is not on this machine: nothing was run', () => expect(terraformIsHere).toBe(false))
else
  describe.each(stages)('Terraform itself, with the stack of %s', (stage) => {
    let workspace: Workspace
    beforeAll(async () => {
      workspace = await Workspace.of(stackOf(stage))
    })
    afterAll(() => workspace?.dispose())
    beforeEach(() => workspace.change(() => undefined))

    /** Plans a change of the stack, and reports on the plan. */
    async function planned(change: (stack: Stack) => void, ...options: string[]) {
      workspace.change(change)
      const { code, output } = await workspace.plan()
      return { code, output, report: await planReport(await workspace.planFile(), ...options) }
    }

    test('finds nothing wrong with it', async () => {
      expect(await workspace.faults()).toEqual([])
    })

    test.each<[fault: string, seed: (stack: Stack) => void, named: RegExp]>([
      [
        'an unknown argument',
        (stack) => Object.assign(only(stack, 'aws_sns_topic', /^notify_topic$/), { colour: 'red' }),
        /resource\.aws_sns_topic\.\w+: No argument or block type is named "colour"/,
      ],
      [
        'an unknown argument inside a block',
        (stack) => Object.assign(table(stack).ttl, { after: 1 }),
        /resource\.aws_dynamodb_table\.\w+\.ttl: No argument or block type is named "after"/,
      ],
      [
        'a missing argument that is required',
        (stack) => {
          delete table(stack).name
        },
        /Missing required argument in resource\.aws_dynamodb_table\.\w+: The argument "name" is required/,
      ],
      [
        'a reference to an attribute that does not exist',
        (stack) => Object.assign(table(stack), { hash_key: '${aws_sns_topic.notify_topic.url}' }),
        /Unsupported attribute in resource\.aws_dynamodb_table\.\w+: This object has no argument, nested block, or exported attribute named "url"/,
      ],
      [
        'a reference to a resource that does not exist',
        (stack) => Object.assign(table(stack), { hash_key: '${aws_sns_topic.other.arn}' }),
        /Reference to undeclared resource in resource\.aws_dynamodb_table\.\w+: .*"aws_sns_topic" "other"/,
      ],
      [
        'a cycle',
        (stack) => Object.assign(table(stack), { hash_key: '${aws_sfn_state_machine.workflow_machine.arn}' }),
        /Cycle: .*aws_dynamodb_table\.\w+/,
      ],
      [
        'a wrong type',
        (stack) => Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { timeout: 'soon' }),
        /Incorrect attribute value type in resource\.aws_lambda_function\.\w+: .*"timeout": a number is required/,
      ],
      [
        'two of a block that may stand once',
        (stack) => Object.assign(table(stack), { ttl: [table(stack).ttl, table(stack).ttl] }),
        /Too many ttl blocks in resource\.aws_dynamodb_table\.\w+/,
      ],
    ])('finds %s, and names it', async (_, seed, named) => {
      workspace.change(seed)
      const faults = await workspace.faults()
      expect(faults.join('\n')).toMatch(named)
    })

    describe('once it is applied', () => {
      let first: { code: number; markdown: string }
      beforeAll(async () => {
        workspace.change(() => undefined)
        const plan = await workspace.plan()
        if (plan.code !== 0) throw new Error(plan.output)
        first = await planReport(await workspace.planFile(), '--cost')
        const { code, output } = await workspace.apply()
        if (code !== 0) throw new Error(output)
      })

      test('the first deploy was reported as what it creates, with nothing dangerous', () => {
        expect(first.markdown).toMatch(new RegExp(`^### ${stage}: \\d\\d+ created; nothing dangerous\\.`))
        expect(first.markdown).toMatch(new RegExp(`Created: .*table .*\`confirmation-reminder-${stage}-customers\``))
        expect(first.markdown).toMatch(/A month costs about \*\*\$[\d.]+\*\*.*This plan changes that by \*\*\+\$/)
        expect(first.code).toBe(0)
      })

      test('a second plan says "No changes"', async () => {
        const { output, report } = await planned(() => undefined)
        expect(output).toContain('No changes. Your infrastructure matches the configuration.')
        expect(report).toEqual({ code: 0, markdown: `### ${stage}: No changes.\n` })
      })

      test("a pull request that changes only a function's code plans no changes", async () => {
        const { output } = await planned((stack) => {
          for (const args of Object.values(stack.resource.aws_lambda_function ?? {})) {
            Object.assign(args, { filename: 'assets/other.zip', source_code_hash: 'another hash' })
          }
        })
        expect(output).toContain('No changes. Your infrastructure matches the configuration.')
      })

      test('a renamed table is refused, and reported as what would be lost', async () => {
        const { code, output, report } = await planned((stack) => Object.assign(table(stack), { name: 'renamed' }))
        expect(code).toBe(1)
        expect(output).toContain('Instance cannot be destroyed')
        expect(report.markdown).toContain('**Terraform could not finish this plan.**')
        expect(report.markdown).toContain(
          `- **Table \`confirmation-reminder-${stage}-customers\` is replaced, because its name changes.**`,
        )
        expect(report.code).toBe(1)
      })

      test('a renamed table whose guard was taken away is the first of the dangers', async () => {
        const rename = (stack: Stack) => Object.assign(table(stack), { name: 'renamed', lifecycle: {} })
        const { code, report } = await planned(rename)
        expect(code).toBe(0)
        expect(report.markdown).toContain('#### Danger\n\n- **Table')
        expect(report.markdown).toContain(`- name: confirmation-reminder-${stage}-customers\n  + name: renamed`)
        expect(report.code).toBe(1)
        const accepted = await planned(rename, '--label', 'danger-accepted')
        expect(accepted.report.code).toBe(0)
      })

      test('a widened policy is shown with what it allowed and what it would allow', async () => {
        const { report } = await planned((stack) => {
          const role = only(stack, 'aws_iam_role_policy', /^register/)
          role.policy = role.policy.replace('"dynamodb:PutItem"', '"dynamodb:*"')
        })
        expect(report.markdown).toContain('1 danger. 1 changed.')
        expect(report.markdown).toContain(`**Role policy \`confirmation-reminder-${stage}-register/needs\` widens.**`)
        expect(report.markdown).toMatch(/ {2}- dynamodb:GetItem, dynamodb:PutItem on arn:aws:dynamodb:\S+-customers\n/)
        expect(report.markdown).toMatch(/ {2}\+ dynamodb:GetItem, dynamodb:\* on arn:aws:dynamodb:\S+-customers\n/)
        expect(report.code).toBe(1)
      })

      test('an alarm that goes is a danger', async () => {
        const { report } = await planned((stack) => {
          delete stack.resource.aws_cloudwatch_metric_alarm?.alarms_ExecutionsFailed
        })
        expect(report.markdown).toMatch(
          /\*\*Alarm `\S*ExecutionsFailed` is destroyed\.\*\* Nobody hears of it any more\./,
        )
        expect(report.code).toBe(1)
      })

      test('another delay is no danger, and the report says what becomes of the runs that wait', async () => {
        const { report } = await planned((stack) => {
          const machine = only(stack, 'aws_sfn_state_machine')
          machine.definition = machine.definition.replace('"Seconds":86400', '"Seconds":172800')
        })
        expect(report.markdown).toContain('`definition.States.Wait.Seconds`: `86400` → `172800`')
        expect(report.markdown).toContain('> Runs that wait now keep the definition that they began with')
        expect(report.code).toBe(0)
      })

      test('a delay that fills the quota of open executions is a danger', async () => {
        const delay = (stack: Stack) => {
          const machine = only(stack, 'aws_sfn_state_machine')
          machine.definition = machine.definition.replace('"Seconds":86400', '"Seconds":172800')
        }
        const raised = ['--quota', 'mailsPerSecond=1000', '--quota', 'mailsPerDay=10000000']
        const { report } = await planned(delay, '--cost', '--registrations', '500000', ...raised)
        expect(report.markdown).toMatch(/\*\*\d ceilings? passed\*\*: Open executions/)
        expect(report.code).toBe(1)
      })

      test('a plan is recognised by what it does, so that no other than the reviewed one is applied', async () => {
        const remember = (stack: Stack) =>
          Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { timeout: 31 })
        await planned(remember)
        const reviewed = await planReport(await workspace.planFile(), '--digest')
        await planned(remember)
        expect(await planReport(await workspace.planFile(), '--digest')).toEqual(reviewed)
        await planned((stack) => Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { timeout: 32 }))
        expect(await planReport(await workspace.planFile(), '--digest')).not.toEqual(reviewed)
      })
    })
  })
