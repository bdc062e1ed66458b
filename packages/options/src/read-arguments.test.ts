import * as fc from 'fast-check'
import { readArguments } from './read-arguments.ts'
import { UsageError } from './usage-error.ts'

const options = {
  stage: { type: 'string' },
  many: { type: 'string', multiple: true, default: [] as string[] },
  reset: { type: 'boolean', default: false },
} as const
const read = (args: string[], positionals = false) => readArguments(args, options, { positionals })

test('values are read with a space or an equals sign', () => {
  expect(read(['--stage', 'dev', '--many=-1', '--many', 'b', '--reset', 'plan', '-h'], true)).toMatchObject({
    values: { stage: 'dev', many: ['-1', 'b'], reset: true, help: true },
    positionals: ['plan'],
  })
})

test('the -- that pnpm passes on is ignored', () => {
  expect(read(['--', '--stage', 'dev']).values.stage).toBe('dev')
})

test.each([
  [['--stag', 'dev'], 'Unknown option --stag. Did you mean --stage? --help lists all options.'],
  [['--RESET'], 'Unknown option --RESET. Did you mean --reset? --help lists all options.'],
  [['--hepl'], 'Unknown option --hepl. Did you mean --help? --help lists all options.'],
  [['--constructor'], 'Unknown option --constructor.'],
  [['-x'], 'Unknown option -x.'],
  [['--stage'], '--stage needs a value.'],
  [['--stage', '--reset'], '--stage needs a value. Write --stage=--reset if --reset is the value.'],
  [['--reset=yes'], '--reset takes no value.'],
  [['moon'], 'Unexpected argument "moon". --help lists the options.'],
  [['--', '--', 'moon'], 'Unexpected argument "moon".'],
])('%j is refused with what to write', (args, message) => {
  expect(() => read(args)).toThrow(UsageError)
  expect(() => read(args)).toThrow(message)
})

test('any command line is read, or refused with a UsageError', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('--stage', '--many', '--reset', '--help', '-h', '-hx', '--', '-', '--stage=', '--no-reset', '---'),
  )
  fc.assert(
    fc.property(fc.array(word), fc.boolean(), (args, positionals) => {
      try {
        expect(read(args, positionals).values.help).toEqual(expect.any(Boolean))
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
      }
    }),
  )
})
