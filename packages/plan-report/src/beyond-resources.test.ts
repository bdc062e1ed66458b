import fc from 'fast-check'
import { driftNotification } from './drift.ts'
import { toMarkdown } from './markdown.ts'
import { parsePlan } from './plan.ts'
import { reportOf } from './report.ts'
import { planOf } from './test/plan.ts'

const markdown = (...args: Parameters<typeof planOf>) => toMarkdown(reportOf(planOf(...args)), { title: 'prod' })
const type = 'aws_lambda_function'
const changed = { type, before: { function_name: 'f', timeout: 1 }, after: { function_name: 'f', timeout: 2 } }

/** One change as Terraform writes it, with other members. */
function entry(more: object, change: object = {}) {
  const [resource] = planOf([changed]).resource_changes
  return { ...resource, ...more, change: { ...resource?.change, ...change } }
}

describe('an action that the plan invokes', () => {
  const invocation = {
    address: 'action.aws_lambda_invoke.x',
    type: 'aws_lambda_invoke',
    name: 'x',
    config_values: { function_name: 'delete-everything', payload: 'hunter2' },
    config_sensitive: { payload: true },
    config_unknown: { qualifier: true },
  }
  const trigger = { triggering_resource_address: 'aws_lambda_function.f', action_trigger_event: 'AfterUpdate' }

  test('is a danger, named with its arguments, where nothing else changes', () => {
    const text = markdown([], { action_invocations: [invocation], applyable: true })
    expect(text).toMatch(/^### prod: 1 danger: this plan invokes 1 action\.\n/)
    expect(text).toContain('- **Action `action.aws_lambda_invoke.x` is invoked.** It changes no resource')
    expect(text).toContain(
      '+ function_name: delete-everything\n  + payload: sensitive\n  + qualifier: known after apply\n',
    )
    expect(text).not.toContain('hunter2')
  })

  test('says what triggers it, and stands beside the changes', () => {
    const text = markdown([changed], { action_invocations: [{ ...invocation, lifecycle_action_trigger: trigger }] })
    expect(text).toContain('1 danger: this plan changes 1 resource and invokes 1 action.')
    expect(text).toContain('It is triggered by `aws_lambda_function.f` (`AfterUpdate`).')
  })

  test('is posted by the nightly plan', () => {
    const report = reportOf(planOf([], { action_invocations: [invocation] }))
    expect(driftNotification(report, 'prod')?.content.description).toContain('`action.aws_lambda_invoke.x` is invoked')
  })
})

test('what Terraform defers is named, and is a danger', () => {
  const text = markdown([], {
    complete: false,
    deferred_changes: [{ reason: 'provider_config_unknown', resource_change: { address: 'aws_sns_topic.a' } }],
    deferred_action_invocations: [{ reason: 'absent_prereq', action_invocation: { address: 'action.aws_x.b' } }],
  })
  expect(text).toContain('**This plan is incomplete.**')
  expect(text).toContain(
    '**Terraform defers 1 change.** A later plan has to do the rest. Not judged here: `aws_sns_topic.a`.',
  )
  expect(text).toContain(
    '**Terraform defers 1 action.** A later plan has to do the rest. Not judged here: `action.aws_x.b`.',
  )
})

describe('a plan in another format', () => {
  test.each(['1.0', '1.1', '1.2'])('%s is known', (format_version) => {
    expect(markdown([], { format_version })).toBe('### prod: No changes.')
  })

  test.each(['1.3', '1.10', '1.x', '1.'])('%s is a danger, also where nothing changes', (format_version) => {
    const text = markdown([], { format_version, terraform_version: '1.99.0' })
    expect(text).toContain('1 danger: this plan changes nothing that this report knows.')
    expect(text).toContain(
      `It has format version \`${format_version}\`, of Terraform \`1.99.0\`; this report knows 1.2`,
    )
  })
})

describe('what the report does not know is named, and is a danger', () => {
  test.each<[string, string, Parameters<typeof planOf>]>([
    ['a member of the plan', 'the member `news`', [[], { news: {} }]],
    ['a member that every object inherits', 'the member `constructor`', [[], { constructor: 1 }]],
    ['a member of a resource', "`stages` of a resource's change", [[], { resource_changes: [entry({ stages: [] })] }]],
    [
      'a module',
      "`module_address` of a resource's change",
      [[], { resource_changes: [entry({ module_address: 'm' })] }],
    ],
    [
      'a member of a change',
      '`rename` of a change of a resource',
      [[], { resource_changes: [entry({}, { rename: 1 })] }],
    ],
    ['a mode', 'the mode `ephemeral`', [[], { resource_changes: [entry({ mode: 'ephemeral' })] }]],
    ['a reason', 'the reason `because`', [[], { resource_changes: [entry({ action_reason: 'because' })] }]],
    ['an action', 'the action `rename`', [[], { resource_changes: [entry({}, { actions: ['rename'] })] }]],
    [
      'actions together',
      'the action `update,delete`',
      [[], { resource_changes: [entry({}, { actions: ['update', 'delete'] })] }],
    ],
    ['no action', 'the action ``', [[], { resource_changes: [entry({}, { actions: [] })] }]],
    [
      'a provider',
      'changes by the provider `registry.terraform.io/evil/aws`',
      [[], { resource_changes: [entry({ provider_name: 'registry.terraform.io/evil/aws' })] }],
    ],
    [
      'a data source of another provider',
      'data sources of the provider `registry.terraform.io/hashicorp/external`',
      [
        [],
        {
          resource_changes: [
            entry({ mode: 'data', provider_name: 'registry.terraform.io/hashicorp/external' }, { actions: ['read'] }),
          ],
          applyable: true,
        },
      ],
    ],
    [
      'a data source of another provider that Terraform has read while it planned',
      'data sources of the provider `registry.terraform.io/hashicorp/external`',
      [
        [],
        {
          state: [
            { type: 'aws_sns_topic', values: {} },
            {
              ...{ type: 'external', mode: 'data', values: {} },
              ...{ provider_name: 'registry.terraform.io/hashicorp/external' },
            },
          ],
        },
      ],
    ],
    [
      'a change outside Terraform',
      "`stages` of a resource's change",
      [[], { resource_drift: [entry({ stages: [] })] }],
    ],
    ["an output's action", 'the action `hide`', [[], { output_changes: { o: { actions: ['hide'] } } }]],
    [
      "a member of an output's change",
      '`rename` of a change of an output',
      [[], { output_changes: { o: { actions: ['no-op'], rename: 1 } } }],
    ],
    [
      'the status of a check',
      "a check's status `maybe`",
      [[], { checks: [{ address: { to_display: 'check.c' }, status: 'maybe' }] }],
    ],
  ])('%s', (_, named, plan) => {
    const report = reportOf(planOf(...plan))
    expect(report.empty).toBe(false)
    expect(report.dangers.map(({ title }) => title)).toContain('This report does not know all of the plan')
    expect(report.dangers.map(({ why }) => why).join()).toContain(`Unknown: ${named}`)
  })

  test('once for all resources, and not more than is read', () => {
    const resource_changes = Array.from({ length: 3000 }, () => entry({ stages: [] }))
    expect(markdown([], { resource_changes })).toContain("Unknown: `stages` of a resource's change (3,000 times).")
    const members = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`m${index}`, 1]))
    expect(markdown([], members)).toContain('`m19` and 980 more.')
  })

  test('what format version 1.2 has besides is known', () => {
    const whole = {
      ...entry({
        index: 0,
        provider_name: 'registry.terraform.io/hashicorp/aws',
        action_reason: 'replace_by_triggers',
      }),
      change: {
        ...entry({}).change,
        actions: ['no-op'],
        generated_config: '',
        before_identity: {},
        after_identity: {},
      },
    }
    expect(
      markdown([], {
        ...{ terraform_version: '1.14.0', timestamp: '2026-11-26T00:00:00Z', applyable: false, complete: true },
        ...{ errored: false, variables: {}, relevant_attributes: [], configuration: {}, planned_values: {} },
        resource_changes: [whole],
        checks: [{ address: { kind: 'check', name: 'c', to_display: 'check.c' }, status: 'unknown' }],
      }),
    ).toBe('### prod: No changes.')
  })

  test('no name of it becomes markup', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('<img src=x>', '</details>', '@everyone', '```', '`', '\n# title', '\u001b[31m', '__proto__'),
        (noise, markup) => {
          const name = `${noise}${markup}${noise}`
          const invocation = {
            address: name,
            config_values: { [name]: name },
            lifecycle_action_trigger: { triggering_resource_address: name, action_trigger_event: name },
          }
          const json = JSON.stringify({
            format_version: `1.${name}`,
            terraform_version: name,
            resource_changes: [
              entry(
                { mode: name, action_reason: name, provider_name: name, [name]: 1 },
                { actions: [name], [name]: 1 },
              ),
              entry(
                { deposed: name, address: name },
                { actions: ['delete'], before: { function_name: name }, after: null },
              ),
            ],
            action_invocations: [invocation],
            deferred_changes: [{ resource_change: { address: name } }],
            checks: [{ address: { to_display: name }, status: 'fail', instances: [{ problems: [{ message: name }] }] }],
            configuration: { root_module: { resources: [{ address: `${type}.it`, provisioners: [{ type: name }] }] } },
            [name]: 1,
          })
          const text = toMarkdown(reportOf(parsePlan(json)))
          const prose = text.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
          expect(prose).not.toMatch(/<img|<\/details>|@everyone/)
          expect(text).not.toMatch(/^\s*(# title|<\/details>)/m)
          expect(text).not.toContain('\u001b')
        },
      ),
    )
  })
})

describe("Terraform's own verdict on the plan", () => {
  test('is a danger where the report finds nothing to apply, and Terraform does', () => {
    expect(markdown([], { applyable: true })).toContain('**Terraform would apply something that is not listed here.**')
  })

  test('is none where only data is read, or what is applied is listed', () => {
    const read = entry({ mode: 'data', action_reason: 'read_because_check_nested' }, { actions: ['read'] })
    expect(markdown([], { applyable: true, resource_changes: [read] })).toBe('### prod: No changes.')
    expect(markdown([changed], { applyable: true })).toContain('nothing dangerous')
  })

  test('is a danger where there is something to apply, and it cannot be applied', () => {
    expect(markdown([changed], { applyable: false })).toContain('**Terraform says that this plan cannot be applied.**')
    expect(reportOf(planOf([changed], { applyable: false, errored: true })).dangers).toHaveLength(1)
  })
})

test('a check that fails is a danger, with its messages; one that passes is none', () => {
  const check = (status: string, ...messages: string[]) => ({
    address: { to_display: 'check.c' },
    status,
    instances: [{ status, problems: messages.map((message) => ({ message })) }],
  })
  expect(markdown([], { checks: [check('fail', 'No one is on call.')] })).toContain(
    '- **`check.c` fails.** `No one is on call.`.',
  )
  expect(markdown([], { checks: [check('error')] })).toContain('- **`check.c` cannot be checked.**')
  expect(markdown([], { checks: [check('pass'), check('unknown')] })).toBe('### prod: No changes.')
})

test('a provisioner is a danger where its resource comes or goes', () => {
  const configuration = {
    root_module: { resources: [{ address: `${type}.it`, provisioners: [{ type: 'local-exec' }] }] },
  }
  expect(markdown([{ ...changed, before: null }], { configuration })).toContain(
    '- **`aws_lambda_function.it` runs a provisioner.** This plan does not show what `local-exec` does',
  )
  const leftover = entry({ deposed: 'a1b2c3d4' }, { actions: ['delete'], after: null })
  expect(markdown([], { configuration, resource_changes: [leftover] })).toContain('runs a provisioner.**')
  expect(markdown([changed], { configuration })).not.toContain('provisioner')
})

describe('what Terraform does with a resource', () => {
  const table = { function_name: 'f' }
  const doing = (actions: string[], more: object = {}) =>
    markdown([], { resource_changes: [entry(more, { actions, before: table, after: { function_name: 'f2' } })] })

  test('is two changes where it lets go of one and creates another', () => {
    const text = doing(['create', 'forget'])
    expect(text).toContain('1 danger: this plan lets go of 1 resource and creates 1.')
    expect(text).toContain('**Function `f` is no longer managed by Terraform.**')
    expect(text).toContain('- Created: function `f2`')
  })

  test.each([
    ['replace_because_tainted', 'an earlier apply did not finish it (it is tainted)'],
    ['replace_by_request', '`-replace` names it'],
    ['replace_by_triggers', 'something that its `replace_triggered_by` names changes'],
  ])('is replaced for the reason %s', (action_reason, words) => {
    const text = doing(['delete', 'create'], { action_reason })
    expect(text).toContain(`- **Function \`f\` is replaced, because ${words}.**`)
    expect(text).toContain(`- Function \`f\` is replaced, because ${words}`)
  })
})
