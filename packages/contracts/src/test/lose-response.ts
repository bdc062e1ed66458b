interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's types differ per service.
  middlewareStack: { add(middleware: any, options: any): void }
}

/**
 * Loses the response to the next call of a command, after the call took effect. A client of AWS's SDK then repeats the
 * call by itself.
 */
export function loseResponse(client: Client, command: string): void {
  let lost = false
  type Next = (args: unknown) => Promise<unknown>
  const middleware =
    (next: Next, { commandName }: { commandName: string }) =>
    async (args: unknown) => {
      const response = await next(args)
      if (lost || commandName !== command) return response
      lost = true
      throw Object.assign(new Error('The response was lost.'), { name: 'TimeoutError' })
    }
  // Inside the step that repeats calls.
  client.middlewareStack.add(middleware, { step: 'deserialize' })
}
