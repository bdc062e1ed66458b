import { join } from 'node:path'
import { run } from './run.ts'

/** What the command prints of a plan that was once reported wrongly. */
function planReport(name: string, ...options: string[]) {
  let [stdout, stderr] = ['', '']
  const status = run([...options, join(__dirname, 'test', 'reported', `${name}.json`)], {
    print: (text) => {
      stdout += text
    },
    error: (text) => {
      stderr += text
    },
  })
  return { stdout, stderr, status }
}

test('an action that will be invoked is a danger', () => {
  const { stdout, status } = planReport('actions')
  expect(stdout).toContain('1 danger: this plan invokes 1 action.')
  expect(stdout).toContain('- **Action `action.aws_lambda_invoke.x` is invoked.**')
  expect(status).toBe(1)
  expect(planReport('actions', '--label', 'danger-accepted').status).toBe(2)
  expect(planReport('actions', '--notification').stdout).toContain('action.aws_lambda_invoke.x')
})

test('a secret element of a list changes, and is printed nowhere', () => {
  const { stdout, status } = planReport('sensitive')
  expect(stdout).toContain('- `layers`: a sensitive value changes\n')
  expect(stdout).not.toMatch(/SECRET|another order/)
  expect(status).toBe(0)
})

test.each(['deposed', 'deposed-two', 'deposed-a', 'deposed-b'])('%s: a leftover is deleted', (name) => {
  const { stdout, status } = planReport(name)
  expect(stdout).toMatch(/- \*\*Leftover \(deposed\) (table|function) `\S+` is deleted\.\*\*/)
  expect(stdout).not.toContain('is destroyed')
  expect(status).toBe(1)
})

test.each([
  ['deposed-a', 'deposed-b'],
  ['delete-a', 'delete-b'],
])('%s and %s do the same', (one, other) => {
  const { stdout } = planReport(one, '--digest')
  expect(stdout).toMatch(/^[0-9a-f]{64}\n$/)
  expect(planReport(other, '--digest').stdout).toBe(stdout)
})
