import { driftNotification } from './drift.ts'
import { toMarkdown } from './markdown.ts'
import { reportOf } from './report.ts'
import { planOf } from './test/plan.ts'

const type = 'aws_sesv2_configuration_set'
const reasons = (...suppressed_reasons: string[]) => ({
  configuration_set_name: 'mails',
  suppression_options: suppressed_reasons.length ? [{ suppressed_reasons }] : [],
})
const said = (expression: object) => ({
  configuration: {
    root_module: {
      resources: [
        { address: `${type}.it`, expressions: { suppression_options: [{ suppressed_reasons: expression }] } },
      ],
    },
  },
})
const both = { constant_value: ['BOUNCE', 'COMPLAINT'] }

interface Stage {
  state: object
  aws: object
  configured?: object
  actions?: string[]
  deposed?: string
}

/** The plan of a stage whose configuration set Terraform leaves as AWS has it. */
function stageWith({ state, aws, configured = both, actions = ['no-op'], ...more }: Stage) {
  const entry = (before: object, after: object, actions: string[]) => ({
    ...{ address: `${type}.it`, mode: 'managed', type, name: 'it', ...more },
    change: { actions, before, after, after_unknown: {}, before_sensitive: {}, after_sensitive: {} },
  })
  return reportOf(
    planOf([], {
      ...said(configured),
      resource_changes: [entry(aws, aws, actions)],
      resource_drift: state === aws ? [] : [entry(state, aws, ['update'])],
    }),
  )
}

const [set, reversed, half] = [reasons('BOUNCE', 'COMPLAINT'), reasons('COMPLAINT', 'BOUNCE'), reasons('BOUNCE')]
const sentence = (has: string, says: string) =>
  `SES configuration set \`mails\` has other elements in its \`suppression_options.suppressed_reasons\` than the configuration: ${has} and not ${says}. ` +
  'Terraform does not change them. Set them by hand: `aws sesv2 put-configuration-set-suppression-options --configuration-set-name mails --suppressed-reasons ' +
  `${says.replace(/[^A-Z,]/g, '').replace(',', ' ')}\`.`

test('a list that AWS returns in another order is no drift, and nothing to set', () => {
  const report = stageWith({ state: set, aws: reversed })
  expect(driftNotification(report, 'prod')).toBeUndefined()
  expect(toMarkdown(report)).toBe('### No changes.')
})

test('a list that was changed by hand is drift, and the report says how to set it', () => {
  const report = stageWith({ state: set, aws: half })
  const { description } = driftNotification(report, 'prod')?.content ?? {}
  expect(description).toContain(
    'SES configuration set `mails` was changed outside Terraform (aws_sesv2_configuration_set.it)',
  )
  expect(description).toContain('Set them by hand: `aws sesv2 put-configuration-set-suppression-options')
  expect(report.drift.map(({ differences }) => differences)).toMatchObject([
    [{ path: 'suppression_options.suppressed_reasons', before: ['BOUNCE', 'COMPLAINT'], after: ['BOUNCE'] }],
  ])
  expect(report.notes).toEqual([sentence('`["BOUNCE"]`', '`["BOUNCE","COMPLAINT"]`')])
})

test('also once a deploy has accepted the change into the state', () => {
  const report = stageWith({ state: half, aws: half })
  expect(report.notes).toEqual([sentence('`["BOUNCE"]`', '`["BOUNCE","COMPLAINT"]`')])
  expect(driftNotification(report, 'prod')?.content.description).toContain('than the configuration')
})

test('also if AWS has no such list any more', () => {
  for (const aws of [reasons(), { ...reasons(), suppression_options: [{ suppressed_reasons: [] }] }]) {
    const report = stageWith({ state: set, aws })
    expect(report.notes).toEqual([expect.stringContaining('than the configuration: none and not ')])
    expect(report.notes).toEqual([expect.stringContaining(' --suppressed-reasons BOUNCE COMPLAINT`')])
    expect(report.drift).toHaveLength(1)
  }
})

test('a setting that changes in the configuration is named, because no plan changes it', () => {
  const report = stageWith({ state: set, aws: set, configured: { constant_value: ['COMPLAINT'] } })
  expect(toMarkdown(report)).toContain('> SES configuration set `mails` has other elements in its')
  expect(report.notes).toEqual([sentence('`["BOUNCE","COMPLAINT"]`', '`["COMPLAINT"]`')])
})

test('what the plan creates or replaces gets what the configuration says, and what is not known yet is not compared', () => {
  const configured = { constant_value: ['COMPLAINT'] }
  for (const stage of [
    { actions: ['delete', 'create'], configured },
    { deposed: 'a1b2c3d4', configured },
    { configured: { references: ['aws_x.y'] } },
  ]) {
    expect(stageWith({ state: set, aws: set, ...stage }).byHand).toEqual([])
  }
  const created = planOf([{ type, before: null, after: set }], said(configured))
  expect(reportOf(created).byHand).toEqual([])
})
