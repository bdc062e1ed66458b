import { allows, type Verdict } from '@confirmation-reminder/iam/allows'
import { AwsError } from '../../core/aws-error.ts'
import type { Caller } from '../../core/service.ts'
import type { Queue } from './queue.ts'

/** The policies of a role that calls SQS. */
export interface CallingRole {
  role: string
  identityPolicies: string[]
}

/** The queues of the stack, by name. */
export class Queues {
  constructor(
    private readonly byName: ReadonlyMap<string, Queue>,
    private readonly around: {
      accountId: string
      /** The role whose credentials these are; undefined for the developer, who may do everything. */
      roleOf: (accessKeyId: string) => CallingRole | undefined
      /** The AWS endpoint, where the URLs of queues begin. */
      endpointUrl: () => string
    },
  ) {}

  all(): Queue[] {
    return [...this.byName.values()]
  }

  /**
   * The queue of a URL or name, if the caller may do the action with it. Of a URL only the path counts, so that those of
   * AWS work too.
   * @throws AwsError QueueDoesNotExist, MissingParameter, AccessDeniedException
   */
  for(url: string | undefined, action: string, caller: Caller | undefined): Queue {
    if (!url) throw new AwsError('MissingParameter', 'The request must contain the parameter QueueUrl.')
    const queue = this.byName.get(url.slice(url.lastIndexOf('/') + 1)) ?? missing()
    const verdict = this.permits(queue, action, caller)
    if (!verdict.allowed) throw new AwsError('AccessDeniedException', verdict.why, 403)
    return queue
  }

  byArn(arn: string | undefined): Queue | undefined {
    return this.all().find(({ settings }) => settings.arn === arn)
  }

  /** @throws AwsError QueueDoesNotExist */
  existing(arn: string): Queue {
    return this.byArn(arn) ?? missing()
  }

  urlOf({ settings: { name } }: Queue): string {
    return `${this.around.endpointUrl()}/${this.around.accountId}/${name}`
  }

  /** Where the messages of a queue go that are received too often. */
  deadLettersOf({ settings: { redrive } }: Queue): Queue | undefined {
    return this.byArn(redrive?.deadLetterTargetArn)
  }

  /** The queues whose dead-letter queue this is. */
  sourcesOf({ settings: { arn } }: Queue): Queue[] {
    return this.all().filter(({ settings }) => settings.redrive?.deadLetterTargetArn === arn)
  }

  senderOf(caller: Caller | undefined): string {
    return (caller && this.around.roleOf(caller.accessKeyId)?.role) ?? this.around.accountId
  }

  private permits({ settings: { arn, policies } }: Queue, action: string, caller: Caller | undefined): Verdict {
    const calling = caller && this.around.roleOf(caller.accessKeyId)
    if (!calling) return { allowed: true }
    const { role, identityPolicies } = calling
    return allows({ principal: { role }, policies, identityPolicies, action: `sqs:${action}`, resource: arn })
  }
}

function missing(): never {
  throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
}
