import type { Alarm, StackModel } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import type { Block } from './value.ts'

/** Where the stack runs. */
export interface Place {
  /** The folder of `cdk.tf.json`, where relative file names begin. */
  folder: string
  region: string
  accountId: string
  /** Where the local cloud serves the HTTP API, without a slash at the end. */
  apiUrl: string
}

/** What the services refuse to run. Each check throws an Error with one sentence that names the resource. */
export interface Checks {
  alarm(alarm: Alarm): void
  /** - `definition`: Amazon States Language, as JSON text. */
  definition(definition: string, address: string): void
}

/** The resources of the stack as a type's `add` may look at them: every reference resolved. */
export interface Resources {
  place: Place
  checks: Checks
  ofType(type: string): Arguments[]
  /** The tags of a resource, with those that the provider gives to all. */
  tagsOf(given: Arguments): Record<string, string>
}

/** How the local cloud treats one type of Terraform resource or data source. */
export interface ResourceType {
  /** Attributes beyond the given arguments that others may refer to, as the provider would compute them. */
  computed?: (given: Arguments, place: Place) => Block
  /**
   * The arguments that are read, those of blocks by their path, such as `ttl.enabled`. With the name of a block alone, all that
   * is in it is taken. Another argument is refused: it would have an effect on AWS and none here.
   */
  takes: readonly string[]
  /**
   * The arguments that no two resources of the type may have in common: AWS would refuse the second, or it would replace the
   * first. Where the last one is left out, the provider makes one up.
   */
  unique?: readonly string[]
  /** The arguments that change nothing on one machine, such as descriptions. */
  withoutEffect?: readonly string[]
  /** Adds the resource to the model. Types without it have no effect locally or are read through another's. */
  add?: (given: Arguments, model: StackModel, resources: Resources) => void
}

export type ResourceTypes = Readonly<Record<string, ResourceType>>

/** The ARN of a resource of the stack's account in its Region. */
export function arnOf({ region, accountId }: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`
}
