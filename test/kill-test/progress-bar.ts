const width = 30
const linesEveryMs = 10_000

/** Shows progress: a bar on a terminal, elsewhere a line every ten seconds. */
export function progressBar(stream: NodeJS.WriteStream): { show(share: number, words: string): void; end(): void } {
  let lastMs = 0
  return {
    show(share, words) {
      const nowMs = performance.now()
      if (nowMs - lastMs < (stream.isTTY ? 100 : linesEveryMs)) return
      lastMs = nowMs
      const done = Math.round(share * width)
      const bar = `${'█'.repeat(done)}${'░'.repeat(width - done)} ${String(Math.floor(share * 100)).padStart(3)} %  ${words}`
      stream.write(stream.isTTY ? `\r\x1b[K${bar}` : `${bar}\n`)
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K')
    },
  }
}
