import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The file of each function's code in a synthesised stack, from the stack's folder, by the function's name. */
export function codeFilesOf(stack: string): Map<string, string> {
  const { resource } = JSON.parse(readFileSync(join(stack, 'cdk.tf.json'), 'utf8')) as {
    resource: { aws_lambda_function: Record<string, { function_name: string; filename: string }> }
  }
  const functions = Object.values(resource.aws_lambda_function)
  return new Map(functions.map(({ function_name, filename }) => [function_name, filename]))
}
