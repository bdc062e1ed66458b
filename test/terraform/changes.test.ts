import { stackOf } from '../synthesise.ts'
import { planReport } from './plan-report.ts'
import { only, type Stack, terraformIsHere, Workspace } from './terraform.ts'

const stage = 'prod'
const table = (stack: Stack) => only(stack, 'aws_dynamodb_table', /^customers/)

if (!terraformIsHere)
  test('terraform is not on this machine: nothing was run', () => expect(terraformIsHere).toBe(false))
else
  describe('once prod is applied', () => {
    let workspace: Workspace
    beforeAll(async () => {
      workspace = await Workspace.of(stackOf(stage))
      await workspace.deploy()
    })
    afterAll(() => workspace?.dispose())

    /** Plans a change of the stack, and reports on the plan. */
    async function planned(change: (stack: Stack) => void, ...options: string[]) {
      workspace.change(change)
      const { code, output } = await workspace.plan()
      return { code, output, report: await planReport(await workspace.planFile(), ...options) }
    }

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
      expect(report.markdown).toContain('1 danger: this plan changes 1 resource.')
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
        /\*\*Alarm `\S*ExecutionsFailed` is destroyed\.\*\* No one is notified of it any more\./,
      )
      expect(report.code).toBe(1)
    })

    test('another delay is no danger, and the report says what becomes of the runs that wait', async () => {
      const { report } = await planned((stack) => {
        const machine = only(stack, 'aws_sfn_state_machine')
        machine.definition = machine.definition.replace('"Seconds":86400', '"Seconds":172800')
      })
      expect(report.markdown).toContain('`definition.States.Wait.Seconds`: `86400` → `172800`')
      expect(report.markdown).toContain('> Runs that wait now keep the definition that they started with')
      expect(report.code).toBe(0)
    })

    test('a delay that fills the quota of open executions is a danger', async () => {
      const delay = (stack: Stack) => {
        const machine = only(stack, 'aws_sfn_state_machine')
        machine.definition = machine.definition.replace('"Seconds":86400', '"Seconds":172800')
      }
      const raised = ['--quota', 'mailsPerSecond=1000', '--quota', 'mailsPerDay=10000000']
      const { report } = await planned(delay, '--cost', '--registrations', '500000', ...raised)
      expect(report.markdown).toMatch(/\*\*\d limits? passed\*\*: Open executions/)
      expect(report.code).toBe(1)
    })

    test('Slack is notified of changes by hand, and of nothing else', async () => {
      const nightly = async () => {
        await planned(() => undefined)
        return planReport(await workspace.planFile(), '--notification')
      }
      expect(await nightly()).toEqual({ code: 0, markdown: '' })
      workspace.touch('aws_lambda_alias', { function_version: '7' })
      expect(await nightly()).toEqual({ code: 0, markdown: '' })
      workspace.touch('aws_sfn_state_machine', { type: 'EXPRESS' })
      const { markdown } = await nightly()
      workspace.touch()
      const { content } = JSON.parse(markdown)
      expect(content.title).toBe(`${stage}: what runs is not what main says`)
      expect(content.description).toContain('State machine `confirmation-reminder` was changed outside Terraform')
    })

    test("the maintained fork's name and version of the provider find the same state", async () => {
      workspace.change((stack) => {
        stack.terraform.required_providers.aws = { source: 'hashicorp/aws', version: '6.66.0' }
      })
      expect((await workspace.run('init')).code).toBe(0)
      expect((await workspace.plan()).output).toContain('No changes.')
    })

    test('a plan is recognised by what it does, so that no other than the reviewed one is applied', async () => {
      const remember = (stack: Stack) => Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { timeout: 31 })
      await planned(remember)
      const reviewed = await planReport(await workspace.planFile(), '--digest')
      await planned(remember)
      expect(await planReport(await workspace.planFile(), '--digest')).toEqual(reviewed)
      await planned((stack) => Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { timeout: 32 }))
      expect(await planReport(await workspace.planFile(), '--digest')).not.toEqual(reviewed)
    })
  })
