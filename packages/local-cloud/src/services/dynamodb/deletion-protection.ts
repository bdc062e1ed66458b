import { AwsError } from '../../core/aws-error.ts'
import type { Action } from '../../core/service.ts'

interface Input {
  TableName?: unknown
  DeletionProtectionEnabled?: unknown
}
type Run = (input: Input) => Promise<{ Table?: object; TableDescription?: object }>

/**
 * Actions of DynamoDB that delete no protected table. A start applies the Terraform again: it undoes what was set.
 * - `names`: the tables that are protected at the start.
 */
export function withDeletionProtection(
  actions: Readonly<Record<string, Action>>,
  names: readonly string[],
): Record<string, Action> {
  const isProtected = new Set<unknown>(names)
  const run = (name: string): Run => actions[name] as Run
  const note = ({ TableName, DeletionProtectionEnabled: on }: Input) => {
    if (on === true) isProtected.add(TableName)
    if (on === false) isProtected.delete(TableName)
  }
  const protecting: Record<string, Run> = {
    CreateTable: async (input) => {
      const output = await run('CreateTable')(input)
      note(input)
      return output
    },
    UpdateTable: async (input) => {
      const { DeletionProtectionEnabled: on, ...rest } = input
      // dynalite does not know the member, and refuses a change of nothing else.
      const isOnly = typeof on === 'boolean' && Object.keys(rest).length === 1
      const output = isOnly
        ? { TableDescription: (await run('DescribeTable')(rest)).Table ?? {} }
        : await run('UpdateTable')(rest)
      note(input)
      return output
    },
    DeleteTable: async (input) => {
      if (isProtected.has(input.TableName)) {
        throw new AwsError(
          'ValidationException',
          'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
        )
      }
      return await run('DeleteTable')(input)
    },
    DescribeTable: async (input) => {
      const { Table } = await run('DescribeTable')(input)
      return { Table: { ...Table, DeletionProtectionEnabled: isProtected.has(input.TableName) } }
    },
  }
  return { ...actions, ...(protecting as Record<string, Action>) }
}
