import { stages } from '@confirmation-reminder/contracts/stages'
import { stackOf } from '../synthesise.ts'
import { planReport } from './plan-report.ts'
import { only, type Stack, terraformIsHere, Workspace } from './terraform.ts'

if (!terraformIsHere)
  test('terraform is not on this machine: nothing was run', () => expect(terraformIsHere).toBe(false))
else
  describe.each(stages)('Terraform itself, with the stack of %s', (stage) => {
    let workspace: Workspace
    let first: Awaited<ReturnType<typeof planReport>>
    beforeAll(async () => {
      workspace = await Workspace.of(stackOf(stage))
      await workspace.deploy(async (planFile) => {
        first = await planReport(planFile, '--cost')
      })
    })
    afterAll(() => workspace?.dispose())

    async function planned(change: (stack: Stack) => void): Promise<string> {
      workspace.change(change)
      return (await workspace.plan()).output
    }
    const noChanges = 'No changes. Your infrastructure matches the configuration.'

    test('finds nothing wrong with it', async () => {
      expect(await workspace.faults()).toEqual([])
    })

    test('creates all of it at the first deploy, with nothing dangerous but what a new account is', () => {
      const flooded = '**Lambda, with all public routes flooded: the limit is passed.**'
      const [headline, dangerous] = {
        // An account of 10 reserves nothing, and dev's is one: the first deploy says so.
        dev: [/^### dev: 1 danger: this plan creates \d\d+ resources\./, 1],
        prod: [/^### prod: This plan creates \d\d+ resources; nothing dangerous\./, 0],
      }[stage] as [RegExp, number]
      expect(first.markdown).toMatch(headline)
      expect(first.markdown.split(flooded)).toHaveLength(dangerous + 1)
      expect(first.markdown).toMatch(new RegExp(`Created: .*table .*\`confirmation-reminder-${stage}-customers\``))
      expect(first.markdown).toMatch(/A month costs about \*\*\$[\d.]+\*\*.*This plan changes that by \*\*\+\$/)
      expect(first.code).toBe(dangerous)
    })

    test('finds a reservation that the account does not hold, and a function that is turned off', async () => {
      const reserving = (register: number) => (stack: Stack) => {
        only(stack, 'aws_lambda_function', /^register/).reserved_concurrent_executions = register
      }
      await planned(reserving(1000))
      const unfit = await planReport(await workspace.planFile())
      expect(unfit.markdown).toContain('**The reservations do not fit the account.**')
      expect(unfit.code).toBe(1)
      await planned(reserving(0))
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

    test("finds nothing to change in a pull request that touches only a function's code", async () => {
      const output = await planned((stack) => {
        for (const args of Object.values(stack.resource.aws_lambda_function ?? {})) {
          Object.assign(args, { filename: 'assets/other.zip', source_code_hash: 'another hash' })
        }
      })
      expect(output).toContain(noChanges)
    })

    test('finds nothing to change once a function has been shipped', async () => {
      workspace.touch('aws_lambda_alias', { function_version: '7' })
      const output = await planned(() => undefined)
      workspace.touch()
      expect(output).toContain('No changes.')
    })

    test("finds nothing to change once a function's configuration has changed, though that publishes a version", async () => {
      const change = (stack: Stack) =>
        Object.assign(only(stack, 'aws_lambda_function', /^reminder/), { memory_size: 384 })
      workspace.change(change)
      await workspace.deploy()
      expect(await planned(change)).toContain(noChanges)
    })
  })
