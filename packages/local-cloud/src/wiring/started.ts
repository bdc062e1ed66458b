/** What has been started. It is stopped in reverse. */
export class Started {
  private readonly parts: { stop(): unknown }[] = []

  /** Adds a part, which stops before all that were added earlier, and returns it. */
  add<Part extends { stop(): unknown }>(part: Part): Part {
    this.parts.push(part)
    return part
  }

  /** Resolves when every part has stopped. */
  async stop(): Promise<void> {
    for (const part of this.parts.splice(0).reverse()) await part.stop()
  }
}
