type Handler<Event, Result> = (event: Event, context: { awsRequestId: string }) => Promise<Result>

/**
 * Loads the handler of a function as Lambda does: once, with its environment. Its log is kept instead of written until
 * `jest.restoreAllMocks()`.
 */
export async function loadHandler<Event, Result>(
  environment: Record<string, string>,
  load: () => Promise<{ handler: Handler<Event, Result> }>,
) {
  Object.assign(process.env, environment)
  const { handler } = await load()
  const log = new Log()
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    log.text += chunk
    return true
  })
  return { call: (event: Event) => handler(event, { awsRequestId: 'request-1' }), log }
}

/** The text that a function wrote to its log. */
export class Log {
  text = ''

  clear(): void {
    this.text = ''
  }

  /** Its lines, parsed. */
  lines(): Record<string, unknown>[] {
    return this.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }
}
