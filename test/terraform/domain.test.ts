import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import synthesise, { stackOf } from '../synthesise.ts'
import { planReport } from './plan-report.ts'
import { type Stack, terraformIsHere, Workspace } from './terraform.ts'

/*
 * A stage gets names of its own, keeps them, and loses them.
 */

const folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-domain-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const domain = { zone: 'example.com', api: 'signup.example.com', mailFrom: 'bounce.example.com' }

if (!terraformIsHere) {
  test('terraform is not on this machine: nothing was run', () => expect(terraformIsHere).toBe(false))
} else {
  /** The stage without names of its own. */
  const withoutDomain = (stack: Stack) => {
    const { resource, data } = JSON.parse(readFileSync(join(stackOf('prod'), 'cdk.tf.json'), 'utf8')) as Stack
    Object.assign(stack, { resource, data })
  }
  const asSynthesised = () => undefined

  let workspace: Workspace
  beforeAll(async () => {
    await synthesise(folder, 'src/test/changed-settings.ts', { prod: { publicUrl: '', domain } })
    workspace = await Workspace.of(stackOf('prod', folder))
  })
  beforeAll(async () => {
    workspace.change(withoutDomain)
    await workspace.deploy()
  })
  afterAll(() => workspace?.dispose())

  async function planned(change: (stack: Stack) => void) {
    workspace.change(change)
    const { code, output } = await workspace.plan()
    return { code, output, report: await planReport(await workspace.planFile()) }
  }

  test('Terraform finds nothing wrong with it', async () => {
    workspace.change(asSynthesised)
    expect(await workspace.faults()).toEqual([])
  })

  test('a stage that exists gets them without a danger, and the next plan is empty', async () => {
    const { code, report } = await planned(asSynthesised)
    expect(code).toBe(0)
    expect(report.markdown).toContain('### prod: This plan creates 14 resources; nothing dangerous.')
    expect(report.markdown).toContain('**Domain**')
    for (const created of [
      'certificate `signup.example.com`',
      'domain of the API `signup.example.com`',
      '9 × record `A signup.example.com`, `AAAA signup.example.com`',
      'MAIL FROM domain `bounce.example.com`',
    ]) {
      expect(report.markdown).toContain(`- Created: ${created}`)
    }
    expect(report.code).toBe(0)
    await workspace.deploy()
    expect((await planned(asSynthesised)).output).toContain('No changes.')
  })

  test('another host name of the API is refused', async () => {
    const { code, output, report } = await planned((stack) => {
      for (const type of ['aws_acm_certificate', 'aws_apigatewayv2_domain_name']) {
        for (const args of Object.values(stack.resource[type] ?? {})) args.domain_name = 'other.example.com'
      }
    })
    expect(code).toBe(1)
    expect(output).toContain('Instance cannot be destroyed')
    expect(report.markdown).toContain(
      '**Domain of the API `signup.example.com` is replaced, because its domain_name changes.**',
    )
    expect(report.code).toBe(1)
  })

  test('names that go are dangers, each by its name', async () => {
    const { report } = await planned(withoutDomain)
    for (const title of [
      'Domain of the API `signup.example.com`',
      'Mapping of the domain `signup.example.com`',
      'Certificate `signup.example.com`',
      'MAIL FROM domain `bounce.example.com`',
      'Record `A signup.example.com`',
      'Record `AAAA signup.example.com`',
      'Record `MX bounce.example.com`',
      'Record `TXT bounce.example.com`',
      'Record `TXT _dmarc.example.com`',
    ]) {
      expect(report.markdown).toContain(`**${title} is destroyed.**`)
    }
    expect(report.markdown.match(/\*\*Record `CNAME \S+\._domainkey\.example\.com` is destroyed\.\*\*/g)).toHaveLength(
      3,
    )
    expect(report.markdown).toMatch(/\*\*Record `CNAME _\w+\.signup\.example\.com` is destroyed\.\*\*/)
    expect(report.code).toBe(1)
  })

  test('as the documentation says, Terraform forgets a host name, and creates another beside it without a danger', async () => {
    workspace.change(asSynthesised)
    const { output } = await workspace.run('state', 'list')
    const ofName = output.split('\n').filter((address) => /^aws_.*\.api-domain_/.test(address))
    expect(ofName).toHaveLength(7)
    expect((await workspace.run('state', 'rm', ...ofName)).code).toBe(0)
    const { code, report } = await planned((stack) => {
      const renamed = JSON.stringify(stack.resource).replaceAll('signup.example.com', 'other.example.com')
      stack.resource = JSON.parse(renamed)
    })
    expect(code).toBe(0)
    expect(report.markdown).toContain('### prod: This plan creates 7 resources; nothing dangerous.')
    expect(report.code).toBe(0)
  })
}
