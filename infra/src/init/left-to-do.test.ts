import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../settings.ts'
import { own } from '../test/own.ts'
import { settings } from '../test/settings.ts'
import { leftToDo, stepsOf } from './left-to-do.ts'
import { withValueAt } from './paths.ts'

const document = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'deploy.md'), 'utf8')
const steps = stepsOf(document)

const dev: Settings = { ...settings.dev, ...own, stateBucket: 'ours-state' }
const prod: Settings = { ...settings.prod, ...own, region: 'us-east-1' }

/** The numbers of the steps that are left. */
const numbers = (text: string) => [...text.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number))

test('the steps of docs/deploy.md are numbered, and the first one is this command', () => {
  expect(steps.length).toBeGreaterThan(8)
  expect(steps.map(({ number }) => Number(number))).toEqual(steps.map((_, index) => index + 1))
  expect(steps[0]?.commands[0]).toBe('npm run init')
  expect(steps.map(({ title }) => title)).toEqual(expect.arrayContaining(['Deploy', 'Try it']))
})

test('all steps but the first are left, with every command', () => {
  const text = leftToDo(document, [['dev', dev]])
  expect(numbers(text)).toEqual(steps.slice(1).map(({ number }) => Number(number)))
  const lines = steps.slice(2).flatMap(({ commands }) => commands.join('\n').split('\n'))
  const ofForm = /--website-url/
  for (const line of lines) if (!ofForm.test(line)) expect(text).toContain(line)
})

test('a step that needs a setting is left out without it', () => {
  const needs = [...new Set(steps.flatMap((step) => step.needs ?? []))]
  expect(needs).toEqual(expect.arrayContaining(['stateBucket', 'github.repository']))
  for (const path of needs) {
    const left = numbers(leftToDo(document, [['dev', withValueAt(dev, path, undefined)]]))
    const others = steps.slice(1).filter((step) => step.needs !== path)
    expect(left).toEqual(others.map(({ number }) => Number(number)))
  }
})

test('the commands have the values of the settings', () => {
  const text = leftToDo(document, [['dev', dev]])
  expect(text).toContain('   export STAGE=dev AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 AWS_PAGER=\n')
  expect(text).toContain('   BUCKET=ours-state\n')
  expect(text).toContain(`--website-url '${own.formUrl}' --use-case-description`)
  expect(text).toContain('aws s3api create-bucket --bucket "$BUCKET" --create-bucket-configuration "Loc')
  const inVirginia = leftToDo(document, [['prod', { ...prod, stateBucket: 'ours-state' }]])
  expect(inVirginia).toContain('export STAGE=prod AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1')
  expect(inVirginia).toContain('aws s3api create-bucket --bucket "$BUCKET"\n')
})

test('the steps of both stages stand once, and say where one is for one stage only', () => {
  const text = leftToDo(document, [
    ['dev', dev],
    ['prod', prod],
  ])
  expect(text).toContain("4. The bucket of Terraform's state (only dev)")
  expect(numbers(text)).toEqual(steps.slice(1).map(({ number }) => Number(number)))
  expect(text).toContain(
    'Then the same for prod, in a new shell, with these in step 2:\n\n   export STAGE=prod AWS_REGION=us-east-1',
  )
  expect(leftToDo(document, [])).toBe('')
  const ofBoth = leftToDo(document, [
    ['dev', { ...dev, stateBucket: 'confirmation-reminder-dev-271828182845-state' }],
    ['prod', { ...prod, stateBucket: 'theirs-state' }],
  ])
  expect(ofBoth).toContain('   BUCKET=$NAME-$ACCOUNT-state\n')
  expect(ofBoth).toMatch(/AWS_DEFAULT_REGION=us-east-1\n {3}BUCKET=theirs-state$/)
})

test('a shell can read the commands', () => {
  const commands = leftToDo(document, [['dev', dev]])
    .split('\n')
    .filter((line) => line.startsWith('   '))
    .join('\n')
  const { status, stderr } = spawnSync('bash', ['--norc', '-n'], { input: commands, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
})
