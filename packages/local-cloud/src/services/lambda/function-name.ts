import { AwsError } from '../../core/aws-error.ts'

/** A function, and a version or alias of it. */
export interface FunctionReference {
  name: string
  /** `$LATEST`, a version or an alias; undefined if there is none. */
  qualifier: string | undefined
  /** If the caller gave a full or partial ARN. */
  region: string | undefined
  accountId: string | undefined
}

const pattern =
  /^(?:(?:arn:aws[\w-]*:lambda:(?<region>[\w-]+):)?(?<accountId>\d{12}):function:)?(?<name>[\w-]{1,140})(?::(?<qualifier>\$LATEST|[\w-]{1,128}))?$/

/**
 * Reads a name, a partial ARN or a full ARN, each with or without a qualifier.
 * @throws AwsError ValidationException, InvalidParameterValueException
 */
export function readFunctionName(text: string, qualifier?: string): FunctionReference {
  const groups = pattern.exec(text)?.groups
  if (!groups?.name) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must be a function name or its ARN`,
    )
  }
  if (qualifier !== undefined && groups.qualifier !== undefined && qualifier !== groups.qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    )
  }
  const { name, region, accountId } = groups
  return { name, region, accountId, qualifier: qualifier ?? groups.qualifier }
}
