/** Who signed a request. */
export interface Caller {
  accessKeyId: string
  /** For which the request is signed. */
  region: string
}

/**
 * One AWS action: the request's members in, the response's members out, named as in AWS's API reference.
 * Refuses by throwing an AwsError.
 */
export type Action = (input: never, caller?: Caller) => Promise<object>

/** An AWS service of the local cloud: its actions by name. The gateway speaks the protocols. */
export interface Service {
  readonly actions: Readonly<Record<string, Action>>
  stop?(): Promise<void>
}

/**
 * Calls a Lambda function as the service would: by ARN of the function, or of one of its aliases or versions. A service that
 * acts in a role names it; otherwise the function's own permissions decide, before the call.
 */
export type Invoke = (functionArn: string, payload: string, roleArn?: string) => Promise<Invocation>

/** The result of an invocation. `functionError` is set if the function itself failed; the payload is then its error. */
export interface Invocation {
  payload: string
  functionError?: 'Unhandled'
  /** The last 4 KB of the function's log. */
  logTail: string
  executedVersion: string
}

/** Calls a service as a client would, without HTTP. */
export function call({ actions }: Service, name: string, input: object): Promise<object> {
  const action = actions[name]
  if (!action) throw new Error(`The service has no action ${name}.`)
  return action(input as never)
}
