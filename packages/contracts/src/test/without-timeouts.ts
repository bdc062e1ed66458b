interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK overloads it.
  send(...args: any[]): any
  config: { requestHandler: unknown }
}

const patient = new WeakSet<Client>()

/**
 * Makes all clients of a class of AWS's SDK wait for responses without a timeout, whenever they were created: on a slow
 * machine a test must not meet the functions' timeouts.
 */
export function withoutTimeouts({ prototype }: { prototype: Client }): void {
  const { send } = prototype
  prototype.send = function (this: Client, ...args) {
    if (!patient.has(this)) {
      patient.add(this)
      const handler = this.config.requestHandler as { updateHttpClientConfig?(key: string, value: number): void }
      for (const key of ['requestTimeout', 'connectionTimeout']) {
        handler.updateHttpClientConfig?.(key, 0)
      }
    }
    return send.apply(this, args)
  }
}
