/** Shows progress: a terminal shows it in one line that is overwritten; elsewhere it is a line every ten seconds. */
export function progressOn(stream: NodeJS.WriteStream): { show(text: string): void; end(): void } {
  // A file or a log needs no line at once; a terminal needs no more than the eye can follow.
  const everyMs = stream.isTTY ? 100 : 10_000
  let lastMs = performance.now() - (stream.isTTY ? everyMs : 0)
  return {
    show(text) {
      const nowMs = performance.now()
      if (nowMs - lastMs < everyMs) return
      lastMs = nowMs
      stream.write(stream.isTTY ? `\r\x1b[K${text.slice(0, (stream.columns || 80) - 1)}` : `${text}\n`)
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K')
    },
  }
}
