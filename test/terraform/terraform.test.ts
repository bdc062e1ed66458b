import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { stackOf } from '../synthesise.ts'
import { planReport } from './plan-report.ts'
import { only, type Stack, terraformIsHere, Workspace } from './terraform.ts'

const document = join(__dirname, '..', '..', 'docs', 'plan-report.md')
const marked = /(?<=<!-- example -->\n)[\s\S]*(?=<!-- \/example -->)/

/** The pull request of the example. */
function example(stack: Stack): void {
  const machine = only(stack, 'aws_sfn_state_machine')
  machine.definition = machine.definition.replace('"Seconds":86400', '"Seconds":172800')
  only(stack, 'aws_lambda_function', /^reminder/).memory_size = 512
  const policy = only(stack, 'aws_iam_role_policy', /^register/)
  policy.policy = policy.policy.replace('"dynamodb:PutItem"', '"dynamodb:*"')
  deleteAlarm(stack, 'alarms_ExecutionThrottled')
}

/** An alarm that goes also leaves the dashboard. */
function deleteAlarm(stack: Stack, name: string): void {
  delete stack.resource.aws_cloudwatch_metric_alarm?.[name]
  const dashboard = only(stack, 'aws_cloudwatch_dashboard')
  dashboard.dashboard_body = dashboard.dashboard_body.replace(`"\${aws_cloudwatch_metric_alarm.${name}.arn}",`, '')
}

/** What a month costs depends on every alarm and function: of that part the words must be today's, not the cents. */
function withoutCents(report: string): string {
  const [judgement = '', cost = ''] = report.trim().split('#### Cost')
  return `${judgement}#### Cost${cost.replace(/[+−±]?\$?[\d.,]*\d/g, '#')}`
}

test('the README shows how the example begins', () => {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8')
  const example = marked.exec(readFileSync(document, 'utf8'))?.[0] ?? ''
  const [beginning = ''] = example.split('This check fails')
  expect(beginning).toContain('#### Danger')
  expect(readme).toContain(quoted(beginning))
})

/** As the README quotes it, so that its headings are none of the README. */
const quoted = (markdown: string) =>
  markdown
    .trim()
    .replace(/^(?=.)/gm, '> ')
    .replace(/^$/gm, '>')

/** For plans of stacks that no one has changed by hand: Terraform then does not read every resource first. */
const unread = '-refresh=false'
const noChanges = 'No changes. Your infrastructure matches the configuration.'

/** A stage that was applied: its workspace, and the report on its first plan. */
interface Applied {
  workspace: Workspace
  first: Awaited<ReturnType<typeof planReport>>
}

if (!terraformIsHere) {
  test('terraform is not on this machine: nothing was run', () => expect(terraformIsHere).toBe(false))
} else {
  // Each stage is applied once for all tests. None of them applies anything but the last ones.
  const applied = {} as Record<Stage, Applied>
  beforeAll(async () => {
    for (const stage of stages) {
      const workspace = await Workspace.of(stackOf(stage))
      applied[stage] = { workspace, first: { code: 0, markdown: '' } }
      await workspace.deploy(async (planFile) => {
        applied[stage].first = await planReport(planFile, '--cost')
      })
    }
  })
  afterAll(() => {
    for (const { workspace } of Object.values(applied)) workspace.dispose()
  })

  describe.each(stages)('Terraform itself, with the stack of %s', (stage) => {
    let workspace: Workspace
    let first: Applied['first']
    beforeAll(() => {
      ;({ workspace, first } = applied[stage])
    })

    async function planned(change: (stack: Stack) => void, ...options: string[]): Promise<string> {
      workspace.change(change)
      return (await workspace.plan(...options)).output
    }

    test('finds nothing wrong with it', async () => {
      expect(await workspace.faults()).toEqual([])
    })

    test('creates all of it at the first deploy, with nothing dangerous but what a new stage and account are', () => {
      const empty = '**The state is empty: this plan creates the whole stage.**'
      const flooded = '**Lambda, with all public routes flooded: the limit is passed.**'
      // An account of 10 reserves nothing, and dev's is one: the first deploy says so.
      const [headline, times] = {
        dev: [/^### dev: 2 dangers: this plan creates \d\d+ resources\./, 1],
        prod: [/^### prod: 1 danger: this plan creates \d\d+ resources\./, 0],
      }[stage] as [RegExp, number]
      expect(first.markdown).toMatch(headline)
      expect(first.markdown.split(empty)).toHaveLength(2)
      expect(first.markdown.split(flooded)).toHaveLength(times + 1)
      expect(first.markdown).toMatch(new RegExp(`Created: .*table .*\`confirmation-reminder-${stage}-customers\``))
      expect(first.markdown).toMatch(/A month costs about \*\*\$[\d.]+\*\*.*This plan changes that by \*\*\+\$/)
      expect(first.code).toBe(1)
    })

    test('finds a reservation that the account does not hold, and a function that is turned off', async () => {
      const reserving = (register: number) => (stack: Stack) => {
        only(stack, 'aws_lambda_function', /^register/).reserved_concurrent_executions = register
      }
      await planned(reserving(1000), unread)
      const unfit = await planReport(await workspace.planFile())
      expect(unfit.markdown).toContain('**The reservations do not fit the account.**')
      expect(unfit.code).toBe(1)
      await planned(reserving(0), unread)
      expect((await planReport(await workspace.planFile())).markdown).toContain(
        `**Function \`confirmation-reminder-${stage}-register\` is turned off.**`,
      )
    })

    test('finds nothing to change in a second plan, and the report is one line', async () => {
      expect(await planned(() => undefined)).toContain(noChanges)
      expect(await planReport(await workspace.planFile())).toEqual({ code: 0, markdown: `### ${stage}: No changes.\n` })
      // What a flood could do it could do before: the table of limits shows it, and it is no danger of this plan.
      expect((await planReport(await workspace.planFile(), '--cost')).code).toBe(0)
    })

    test('finds nothing to change if AWS returns its lists in another order', async () => {
      workspace.reorder()
      const output = await planned(() => undefined)
      workspace.touch()
      expect(output).toContain('No changes.')
      expect(await planReport(await workspace.planFile(), '--notification')).toEqual({ code: 0, markdown: '' })
      expect(await planReport(await workspace.planFile())).toEqual({ code: 0, markdown: `### ${stage}: No changes.\n` })
    })

    test('changes no list whose order it ignores, and the report says what to set by hand', async () => {
      const output = await planned((stack) => {
        for (const set of Object.values(stack.resource.aws_sesv2_configuration_set ?? {})) {
          Object.assign(set, { suppression_options: { suppressed_reasons: ['COMPLAINT'] } })
        }
      })
      expect(output).toContain('No changes.')
      const { code, markdown } = await planReport(await workspace.planFile())
      expect(markdown).toMatch(/^### \S+ No changes\.\n\n> SES configuration set /)
      expect(markdown).toContain('`["BOUNCE","COMPLAINT"]` and not `["COMPLAINT"]`')
      expect(code).toBe(0)
      expect((await planReport(await workspace.planFile(), '--notification')).markdown).toContain('Set them by hand')
    })

    test('refuses the whole stack, and a single role of it, while a setting is an example', async () => {
      const { provider } = JSON.parse(readFileSync(join(stackOf(stage), 'cdk.tf.json'), 'utf8')) as Stack
      const asSynthesised = (stack: Stack) => Object.assign(stack, { provider })
      for (const options of [[], ['-target=aws_iam_role.ship_register_role'], ['-destroy']]) {
        expect(await planned(asSynthesised, ...options)).toContain('AWS account ID not allowed: 123456789012')
      }
    })

    test("finds nothing to change in a pull request that touches only a function's code", async () => {
      const output = await planned((stack) => {
        for (const args of Object.values(stack.resource.aws_lambda_function ?? {})) {
          Object.assign(args, { filename: 'assets/other.zip', source_code_hash: 'another hash' })
        }
      }, unread)
      expect(output).toContain(noChanges)
    })

    test('finds nothing to change once a function has been shipped', async () => {
      workspace.touch('aws_lambda_alias', { function_version: '7' })
      const output = await planned(() => undefined)
      workspace.touch()
      expect(output).toContain('No changes.')
    })
  })

  describe('once prod is applied', () => {
    const stage = 'prod'
    const table = (stack: Stack) => only(stack, 'aws_dynamodb_table', /^customers/)
    let workspace: Workspace
    beforeAll(() => {
      workspace = applied[stage].workspace
    })

    /** Plans a change of the stack, and reports on the plan. */
    async function planned(change: (stack: Stack) => void, ...options: string[]) {
      workspace.change(change)
      const { code, output } = await workspace.plan(unread)
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
      // A label would outlive the commit that it was meant for.
      const labelled = await planReport(await workspace.planFile(), '--label', 'danger-accepted')
      expect(labelled.code).toBe(2)
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
        deleteAlarm(stack, 'alarms_ExecutionsFailed')
      })
      expect(report.markdown).toMatch(
        /\*\*Alarm `\S*ExecutionsFailed` is destroyed\.\*\* No one is notified of it any more\./,
      )
      expect(report.code).toBe(1)
    })

    describe('another delay', () => {
      beforeAll(async () => {
        workspace.change((stack) => {
          const machine = only(stack, 'aws_sfn_state_machine')
          machine.definition = machine.definition.replace('"Seconds":86400', '"Seconds":172800')
        })
        await workspace.plan(unread)
      })

      test('is no danger, and the report says what becomes of the runs that wait', async () => {
        const report = await planReport(await workspace.planFile())
        expect(report.markdown).toContain('`definition.States.Wait.Seconds`: `86400` → `172800`')
        expect(report.markdown).toContain('> Runs that wait now keep the definition that they started with')
        expect(report.code).toBe(0)
      })

      test('is a danger if it fills the quota of open executions', async () => {
        const raised = ['--quota', 'mailsPerSecond=1000', '--quota', 'mailsPerDay=10000000']
        const options = ['--cost', '--registrations', '500000', ...raised]
        const report = await planReport(await workspace.planFile(), ...options)
        expect(report.markdown).toMatch(/\*\*\d limits? passed\*\*: Open executions/)
        expect(report.code).toBe(1)
      })
    })

    test('Slack is notified of changes by hand, and of nothing else', async () => {
      const nightly = async () => {
        workspace.change(() => undefined)
        await workspace.plan()
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
      const { report: reviewed } = await planned(remember, '--digest')
      expect((await planned(remember, '--digest')).report).toEqual(reviewed)
      const another = (stack: Stack) => Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { timeout: 32 })
      expect((await planned(another, '--digest')).report).not.toEqual(reviewed)
    })

    test('the example in the documentation is what the report prints', async () => {
      const { report } = await planned(example, '--cost')
      const text = readFileSync(document, 'utf8')
      if (process.env.UPDATE_EXAMPLE) {
        writeFileSync(
          document,
          text.replace(marked, () => `${report.markdown.trim()}\n`),
        )
      }
      const printed = marked.exec(readFileSync(document, 'utf8'))?.[0] ?? ''
      expect(withoutCents(printed)).toBe(withoutCents(report.markdown))
    })
  })

  test.each(stages)(
    "%s: finds nothing to change once a function's configuration has changed, though that publishes a version",
    async (stage) => {
      const { workspace } = applied[stage]
      workspace.change((stack) => Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { memory_size: 384 }))
      await workspace.deploy()
      expect((await workspace.plan()).output).toContain(noChanges)
    },
  )
}
