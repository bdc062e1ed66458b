/** A short wait, in real time, in which the batch of a poller grows. */
export class Gathering {
  private finish: (() => void) | undefined

  get isUnderWay(): boolean {
    return this.finish !== undefined
  }

  /** Resolves after so many milliseconds, or when it is ended. */
  async wait(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.finish = resolve
      timer = setTimeout(resolve, milliseconds)
    })
    clearTimeout(timer)
    this.finish = undefined
  }

  /** Ends the wait, if there is one: the batch is full, or a caller waits until all is settled. */
  end(): void {
    this.finish?.()
  }
}
