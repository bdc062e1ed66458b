import { AwsError } from './aws-error.ts'

/** Lets the next calls of an action fail as AWS might. */
export interface FaultRule {
  /** As in the credential scope: `ses`, `states`, `dynamodb`. */
  service: string
  action: string
  kind: 'error'
  /** An AWS error code, such as `Throttling`. */
  error: string
  /** The message that AWS would give, where not set. */
  message?: string
  /** How many calls are left that fail. */
  times: number
}

/** The faults that are yet to happen, in order: the first rule that matches a call and has times left decides. */
export class Faults {
  private rules: FaultRule[] = []

  replace(rules: readonly FaultRule[]): void {
    this.rules = rules.map((rule) => ({ ...rule }))
  }

  /** All rules, with the times that are left of each. */
  list(): FaultRule[] {
    return this.rules.map((rule) => ({ ...rule }))
  }

  /** The error that a call must now answer instead of being done, if any; that takes one of the rule's times. */
  next(service: string, action: string): AwsError | undefined {
    const rule = this.rules.find((one) => one.service === service && one.action === action && one.times > 0)
    if (!rule) return undefined
    rule.times -= 1
    const { error, message = messages[error] ?? `${error}, as the faults of the local cloud demand.` } = rule
    return new AwsError(error, message, statusCodes[error] ?? 400)
  }
}

const messages: Record<string, string> = {
  Throttling: 'Maximum sending rate exceeded.',
  ThrottlingException: 'Rate exceeded',
  TooManyRequestsException: 'Rate Exceeded.',
  ServiceUnavailable: 'The request has failed due to a temporary failure of the server.',
  InternalFailure: 'The request processing has failed because of an unknown error, exception or failure.',
  ProvisionedThroughputExceededException:
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
}

/** Codes that do not come with 400. */
const statusCodes: Record<string, number> = {
  InternalFailure: 500,
  InternalServerError: 500,
  ServiceException: 500,
  ServiceUnavailable: 503,
  ServiceUnavailableException: 503,
  TooManyRequestsException: 429,
}
