import { AwsError } from '../../core/aws-error.ts'
import type { Caller } from '../../core/service.ts'
import type { Queue } from './queue.ts'

/** The queues of the stack, by name. */
export class Queues {
  constructor(
    private readonly byName: ReadonlyMap<string, Queue>,
    private readonly around: {
      accountId: string
      /** The ARN of the role whose credentials these are; undefined for the developer. */
      roleOf: (accessKeyId: string) => string | undefined
      /** The AWS endpoint, where the URLs of queues begin. */
      endpointUrl: () => string
      /** Judges what is sent to a queue by these policies from now on. Throws an Error with one sentence, if they cannot be enforced. */
      setPolicies: (queueArn: string, policies: readonly string[]) => void
    },
  ) {}

  /** @throws AwsError InvalidAttributeValue, if the policies of the settings cannot be enforced; then the queue keeps its own */
  set(queue: Queue, settings: Queue['settings']): void {
    try {
      if (settings.policies !== queue.settings.policies) this.around.setPolicies(settings.arn, settings.policies)
    } catch (error) {
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter Policy. ${(error as Error).message}`)
    }
    queue.settings = settings
  }

  all(): Queue[] {
    return [...this.byName.values()]
  }

  /**
   * The queue of a URL or name. Of a URL only the path counts, so that those of AWS work too; a queue of another account does not exist.
   * @throws AwsError QueueDoesNotExist, MissingParameter
   */
  for(url: string | undefined): Queue {
    if (!url) throw new AwsError('MissingParameter', 'The request must contain the parameter QueueUrl.')
    const [, account = this.around.accountId, name = ''] = /(?:\/(\d{12})\/|^|\/)([^/]*)$/.exec(url) ?? []
    return (account === this.around.accountId ? this.byName.get(name) : undefined) ?? missing()
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
    return (caller && this.around.roleOf(caller.accessKeyId)) ?? this.around.accountId
  }
}

function missing(): never {
  throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
}
