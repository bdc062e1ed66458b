import { AwsError } from '../../core/aws-error.ts'

/** @throws AwsError `ValidationException` where it is missing, `InvalidArn` where it is not the ARN of a state machine. */
export function checkStateMachineArn(arn: unknown): string {
  return check('stateMachineArn', arn, /^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:[^:]+(:[^:]+)?$/)
}

/** @throws AwsError `ValidationException` where it is missing, `InvalidArn` where it is not the ARN of an execution. */
export function checkExecutionArn(arn: unknown): string {
  return check('executionArn', arn, /^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:[^:]+:[^:]+$/)
}

function check(member: string, arn: unknown, pattern: RegExp): string {
  if (typeof arn !== 'string')
    throw validationError(`Value null at '${member}' failed to satisfy constraint: Member must not be null`)
  if (!pattern.test(arn)) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN: ${arn}'`)
  return arn
}

/** A member that breaks the shape that the API describes. */
export function validationError(fault: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${fault}`)
}
