import { functionNames } from '@confirmation-reminder/contracts/functions'
import { affectedBy, affectedFunctions } from './affected.ts'

const dependencies: Record<string, string[]> = {
  'functions/register/': ['packages/customers/', 'packages/mail/'],
  'functions/reminder/': ['packages/mail/'],
  'packages/mail/': ['packages/contracts/'],
}
const changed = (...files: string[]) => affectedBy(files, (folder) => dependencies[folder] ?? [])

test.each([
  ['a file of the function itself', ['functions/reminder/src/remind.ts'], ['reminder']],
  ['a file of what it depends on', ['packages/customers/src/customers.ts'], ['register']],
  ['a file of what that depends on', ['packages/contracts/src/payload.ts'], ['register', 'reminder']],
  ['a test', ['functions/reminder/src/remind.test.ts'], []],
  ['a changelog', ['functions/reminder/CHANGELOG.md'], []],
  ['what no function is made of', ['infra/src/stack.ts', 'packages/mailbox/src/x.ts'], []],
  ['the versions of all libraries', ['pnpm-lock.yaml'], functionNames],
  ['the options of TypeScript', ['tsconfig.base.json'], functionNames],
  ['the bundler', ['packages/cli/src/bundle/bundle.ts'], functionNames],
])('%s', (_, files, functions) => {
  expect(changed(...files)).toEqual(functions)
})

test('packages that depend on each other in a circle end', () => {
  const circle = (folder: string) =>
    folder === 'functions/confirm/' ? ['packages/a/'] : ['packages/a/', 'packages/b/']
  expect(affectedBy(['packages/b/x.ts'], circle)).toContain('confirm')
})

test('without a previous commit all functions are new; an unknown commit is refused', () => {
  expect(affectedFunctions(__dirname, '0'.repeat(40))).toEqual(functionNames)
  expect(() => affectedFunctions(__dirname, 'no-such-commit')).toThrow(
    /git does not know no-such-commit.*fetch-depth: 0/,
  )
})
