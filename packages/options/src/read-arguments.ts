import { type ParseArgsConfig, parseArgs } from 'node:util'
import { closestMatch } from './closest-match.ts'
import { UsageError } from './usage-error.ts'

type OptionTypes = NonNullable<ParseArgsConfig['options']>
type Read<O extends OptionTypes> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O & typeof common; allowPositionals: true; strict: true }>
>

/** Every command has these. */
const common = { help: { type: 'boolean', default: false, short: 'h' } } as const

/**
 * Reads a command line. Every command of the repository reads its own with this function.
 * @param args without the program and its file
 * @param options as parseArgs takes them; `--help` and `-h` are added
 * @param positionals whether the command takes arguments that are not options
 * @throws UsageError, which names the option
 */
export function readArguments<O extends OptionTypes>(
  args: string[],
  options: O,
  { positionals = false }: { positionals?: boolean } = {},
): Read<O> {
  const config = {
    // npm removes the `--` before the options, pnpm does not.
    args: args[0] === '--' ? args.slice(1) : args,
    options: { ...options, ...common },
    allowPositionals: true,
  } as const
  // The strict parser's own messages explain how to pass positional arguments, and suggest no name.
  for (const token of parseArgs({ ...config, strict: false, tokens: true }).tokens) {
    if (token.kind === 'option') checkOption(token, config.options)
    if (token.kind === 'positional' && !positionals) {
      throw new UsageError(`Unexpected argument "${token.value}". --help lists the options.`)
    }
  }
  return parseArgs({ ...config, strict: true }) as Read<O>
}

interface OptionToken {
  name: string
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}

function checkOption({ name, rawName, value, inlineValue }: OptionToken, options: OptionTypes): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (!option) {
    const known = closestMatch(name, Object.keys(options))
    throw new UsageError(`Unknown option ${rawName}. Did you mean --${known}? --help lists all options.`)
  }
  if (option.type === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value.`)
  if (option.type === 'string' && value === undefined) throw new UsageError(`${rawName} needs a value.`)
  if (option.type === 'string' && !inlineValue && value?.startsWith('-')) {
    throw new UsageError(`${rawName} needs a value. Write ${rawName}=${value} if ${value} is the value.`)
  }
}
