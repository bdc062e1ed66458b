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
      if (stream.isTTY) overwrite(stream, text)
      else stream.write(`${text}\n`)
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K')
    },
  }
}

/** Overwrites the last line of a terminal, without a second line: a longer text is cut off. */
export function overwrite(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`\r\x1b[K${text.slice(0, (stream.columns || 80) - 1)}`)
}
