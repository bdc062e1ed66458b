import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = mkdtempSync(join(tmpdir(), 'plan-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

function planReport(...options: string[]) {
  const tsx = pathToFileURL(require.resolve('tsx')).href
  const command = ['--import', tsx, join(__dirname, 'main.ts'), ...options]
  return spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
}

test('what it costs and what it can take needs no plan; a ceiling that is passed fails', () => {
  const { stdout, status } = planReport('--cost', '--registrations', '1000000', '--stage', 'dev')
  expect(stdout).toMatch(
    /Cost and capacity at 1,000,000 registrations a day[\s\S]*\| Open executions \| .* \*\*passed\*\*/,
  )
  expect(status).toBe(1)
  expect(planReport('--cost', '--registrations', '1000000', '--label', 'danger-accepted').status).toBe(0)
  expect(planReport('--cost', '--registrations', '100').status).toBe(0)
})

test('input that is no plan ends in one sentence, and in another exit code than danger', () => {
  writeFileSync(join(folder, 'broken.json'), '{"format_version":')
  expect(planReport('broken.json')).toMatchObject({
    stdout: '',
    stderr:
      'plan-report: broken.json: This is not JSON. Make one with `terraform show -json <plan file> > plan.json`.\n',
    status: 2,
  })
  expect(planReport('missing.json')).toMatchObject({ stdout: '', status: 2 })
  expect(planReport('--stage', 'test', 'broken.json').stderr).toBe(
    'plan-report: There is no stage "test": it is dev or prod.\n',
  )
})

test('it helps', () => {
  expect(planReport('--help')).toMatchObject({ stdout: expect.stringMatching(/^Usage: plan-report/), status: 0 })
})
