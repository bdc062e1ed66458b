/** The parts of an ARN: `arn:partition:service:region:accountId:resource`. */
export interface Arn {
  partition: string
  service: string
  region: string
  accountId: string
  /** Everything after the account id. It may hold colons itself, as in `stateMachine:workflow`. */
  resource: string
}

/** Reads the parts of an ARN. A missing part is empty: this reads ARNs that AWS made, without checking them. */
export function parseArn(arn: string): Arn {
  const [, partition = '', service = '', region = '', accountId = '', ...resource] = arn.split(':')
  return { partition, service, region, accountId, resource: resource.join(':') }
}

/** The name at the end of an ARN such as `…:stateMachine:workflow`: all after the last colon. */
export const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)
