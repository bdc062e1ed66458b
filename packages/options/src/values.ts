import { UsageError } from './usage-error.ts'

/** @throws UsageError that says what the option takes. */
export function refuse(option: string, value: string, expected: string): never {
  throw new UsageError(`${option} takes ${expected}, not "${value}".`)
}

/** @returns the value, which is one of the choices. @throws UsageError that lists them, also when the value is missing. */
export function oneOf<T extends string>(option: string, value: string | undefined, choices: readonly T[]): T {
  const listed = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
  if (value === undefined) throw new UsageError(`Missing ${option}: it takes ${listed}.`)
  return choices.find((choice) => choice === value) ?? refuse(option, value, listed)
}

/** @throws UsageError that names the range. */
export function wholeNumber(
  option: string,
  value: string,
  least: number,
  most: number,
  unit = 'a whole number',
): number {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
  return number >= least && number <= most ? number : refuse(option, value, `${unit} from ${least} to ${most}`)
}

/** @throws UsageError unless the value is a decimal number above 0. */
export function positiveNumber(option: string, value: string): number {
  const number = /^\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : 0
  return number > 0 ? number : refuse(option, value, 'a positive number')
}
