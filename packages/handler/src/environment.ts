import { type EnvironmentOf, type FunctionName, functions } from '@confirmation-reminder/contracts/functions'
import * as v from 'valibot'

/**
 * A function's environment, read once at cold start and validated: the only reader of `process.env` in a function.
 * @throws Error that names the function and each variable that is missing or wrong.
 */
export function readEnvironment<F extends FunctionName>(name: F, variables = process.env): EnvironmentOf<F> {
  const read = v.safeParse(functions[name].environment, variables)
  if (read.success) return read.output as EnvironmentOf<F>
  const faults = read.issues.map(({ path, received, message }) => {
    // Of a variable in JSON, the part at fault.
    const variable = path?.map(({ key }) => key).join('.')
    return received === 'undefined' ? `${variable} is missing` : `${variable} ${message}`
  })
  throw new Error(
    `Function ${name} cannot start: ${faults.join(', ')}. Set it in infra/src/stack.ts and deploy the function again.`,
  )
}
