/** What may happen to a call of an AWS action, and which members such a rule has beside those of every rule. */
export const callKinds = {
  /** The call is refused and nothing is done. */
  error: { needs: ['error'], takes: ['message'] },
  /** The call is done after a while. */
  latency: { needs: ['latencyMilliseconds'], takes: [] },
  /** The call is done and its response is lost: the connection breaks. */
  dropAfterEffect: { needs: [], takes: [] },
  /** The function that calls is killed, before the call is done or, unless `when` says so, after. */
  crashCaller: { needs: [], takes: ['when'] },
  /** The call is done twice and the caller gets the second answer, as after a retry of the network. */
  duplicate: { needs: [], takes: [] },
} as const

/** What may happen to an event of SES on its way to the topic. */
export const eventKinds = {
  /** It comes this much later. */
  delay: { needs: ['delaySeconds'], takes: [] },
  duplicate: { needs: [], takes: [] },
  /** It comes after the events that follow it. */
  reorder: { needs: [], takes: [] },
  /** It never comes. */
  lose: { needs: [], takes: [] },
} as const

/** The name of SES's events among its actions. */
export const mailEvent = { service: 'ses', action: 'Event' } as const

export type CallKind = keyof typeof callKinds
export type EventKind = keyof typeof eventKinds

/** A rule that makes calls of an AWS action, or events of SES, fail. */
export interface FaultRule {
  /** A service as clients sign for it, such as `ses`. */
  service: string
  /** The name of an AWS action, such as `SendRawEmail`. */
  action: string
  kind: CallKind | EventKind
  /**
   * What the request must contain: a text anywhere in it, or a text in each of these members, named by path as in
   * `Key.id.S`. Two are in every request: `caller`, the function that calls, and `request`, all of it.
   */
  match?: string | Record<string, string>
  /** The share of matching calls, from 0 to 1. */
  rate?: number
  /** To how many more calls it applies. */
  times?: number
  /** An AWS error code, such as `Throttling`. */
  error?: string
  message?: string
  latencyMilliseconds?: number
  when?: 'beforeEffect' | 'afterEffect'
  delaySeconds?: number
}

/** The rules that replace all others, and the seed of their random numbers. */
export interface FaultPlan {
  seed?: number
  rules: FaultRule[]
}
