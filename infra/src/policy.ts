/** One statement of an IAM policy. All of ours allow; everything else is denied. */
export interface Statement {
  Action: string[]
  Resource?: string[]
  Principal?: Record<string, string>
  Condition?: Record<string, Record<string, string>>
}

/** The JSON of a policy. References to Terraform's resources stay inside it. */
export function policy(statements: Statement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  })
}

/**
 * Only for the stage's own account, so that a service cannot be made to act for a stranger; and only for one resource
 * in it, where that is known.
 */
export function onlyFor(accountId: string, resourceArn?: string) {
  return { StringEquals: { 'aws:SourceAccount': accountId, ...(resourceArn && { 'aws:SourceArn': resourceArn }) } }
}

/** Sending traces. X-Ray knows no narrower resource. */
export const tracing: Statement = {
  Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  Resource: ['*'],
}
