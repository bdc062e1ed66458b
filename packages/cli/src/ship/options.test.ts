import { readOptions } from './options.ts'

const read = (text: string) => readOptions(text.split(' ').filter(Boolean))

test.each([
  ['reminder --stage dev', { command: 'ship', name: 'reminder', stage: 'dev', canaryMinutes: 5, dryRun: false }],
  ['--stage local reminder --canary 0 --dry-run', { command: 'ship', stage: 'local', canaryMinutes: 0, dryRun: true }],
  ['status --stage prod', { command: 'status', names: expect.arrayContaining(['register', 'reminder']) }],
  ['status confirm --stage prod', { command: 'status', names: ['confirm'] }],
  ['rollback reminder --stage dev', { command: 'rollback', name: 'reminder', to: undefined, dryRun: false }],
  ['rollback reminder --stage dev --to 3', { command: 'rollback', to: '3' }],
  ['sample reminder', { command: 'sample', name: 'reminder' }],
  ['changed --since origin/main', { command: 'changed', since: 'origin/main' }],
  ['', { command: 'help' }],
  ['--help', { command: 'help' }],
])('%s', (text, options) => {
  expect(read(text)).toMatchObject(options)
})

test.each([
  ['remindre --stage dev', /There is no function "remindre". The functions are register/],
  ['reminder', /Missing --stage: it takes dev, prod or local/],
  ['reminder --stage moon', /not "moon"/],
  ['reminder confirm --stage dev', /Unexpected argument "confirm": name one function/],
  ['rollback --stage dev', /Name the function/],
  ['rollback reminder --stage dev --to live', /--to takes the number/],
  ['reminder --stage dev --canary soon', /--canary takes minutes/],
  ['reminder --stage dev --canary 99999', /from 0 to 1440/],
  ['reminder --stage dev --force', /Unknown option --force.*--help/],
  ['changed', /Missing --since: it takes the commit/],
])('%s is refused in one sentence', (text, sentence) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringMatching(sentence) }))
  expect(() => read(text)).toThrow(/^[^\n]+$/)
})
