import { parseArn } from '@confirmation-reminder/contracts/arn'
import { type Judgement, judge, type Policies, type Request, type Verdict } from '@confirmation-reminder/iam/allows'
import { timeKeys } from '@confirmation-reminder/iam/condition-keys'
import type { StackModel } from '../core/stack-model.ts'

/** Judges a request that an AWS service makes in its own name. */
export type VerdictOf = (request: Request & Policies) => Verdict

// A stack's roles and services send few different requests; only ARNs of runs are many.
const mostKept = 2_000

/**
 * The judgements of the requests in a stack, each calculated once: the same are sent thousands of times. The policies of a
 * request follow from its principal and its resource, until the next `start`.
 */
export class Judgements {
  private readonly kept = new Map<string, Judgement>()
  private dependsOnTime = false

  /** - `now`: milliseconds since 1970, by which policies with conditions on the time are judged. */
  constructor(
    private readonly stack: Pick<StackModel, 'tags'>,
    private readonly now: () => number,
  ) {}

  /** Forgets all judgements: these are all policies of the stack from now on. */
  start(policies: readonly string[]): void {
    this.kept.clear()
    this.dependsOnTime = policies.some((one) => timeKeys.some((key) => one.toLowerCase().includes(key.toLowerCase())))
  }

  /** The judgement of a request. `policies` is asked only if it is not known yet. */
  of(asked: Request, policies: () => Policies): Judgement {
    if (this.dependsOnTime)
      return judge({ ...asked, ...policies(), conditions: this.conditionsOf(asked), atMs: this.now() })
    const key = keyOf(asked)
    const known = this.kept.get(key)
    if (known) return known
    if (this.kept.size === mostKept) this.kept.clear()
    const judgement = judge({ ...asked, ...policies(), conditions: this.conditionsOf(asked) })
    this.kept.set(key, judgement)
    return judgement
  }

  private conditionsOf({ principal, resource, conditions }: Request): Record<string, string> {
    const { tags } = this.stack
    return {
      ...('role' in principal && { 'aws:SourceIp': loopback, ...keysOf('aws:PrincipalTag', tags[principal.role]) }),
      ...keysOf('aws:ResourceTag', tags[taggedOf(resource)]),
      ...conditions,
    }
  }
}

// Where all calls come from. On AWS it is an address of the network that the function is in, or of the service.
const loopback = '127.0.0.1'

/** The condition keys that the judgements set, beside the global ones: a key that ends with a slash, with each tag. */
export const stackKeys: readonly string[] = ['aws:SourceIp', 'aws:PrincipalTag/', 'aws:ResourceTag/']

const keysOf = (prefix: string, tags: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]))

/** The ARN of the resource whose tags count: a version or alias has those of its function, an index those of its table. */
function taggedOf(resource: string): string {
  const { service } = parseArn(resource)
  if (service === 'lambda') return resource.split(':', 7).join(':')
  return service === 'dynamodb' ? resource.split('/', 2).join('/') : resource
}

function keyOf({ principal, action, resource, conditions }: Request): string {
  const caller = 'role' in principal ? `${principal.role} ${principal.session ?? ''}` : principal.service
  return `${caller} ${action} ${resource} ${conditions ? JSON.stringify(conditions) : ''}`
}
