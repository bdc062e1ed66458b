import { type Gateway, startGateway } from '../gateway/gateway.ts'

/** The AWS endpoint: it listens after all services have started, and stops after the functions, which call it to their end. */
export class Endpoint {
  private gateway: Gateway | undefined
  private listening = () => {}
  /** Resolves when it listens. */
  readonly listens = new Promise<void>((resolve) => {
    this.listening = resolve
  })

  get url(): string {
    return `http://127.0.0.1:${this.gateway?.port ?? 0}`
  }

  /** @throws Error with one sentence, if the port is taken. */
  async start(settings: Parameters<typeof startGateway>[0]): Promise<void> {
    this.gateway = await startGateway(settings)
    this.listening()
  }

  async stop(): Promise<void> {
    await this.gateway?.stop()
  }
}
