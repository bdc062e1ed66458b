import { progressOn } from '@confirmation-reminder/cli/terminal/progress'

const width = 30

/** Shows progress as `progressOn` does, with a bar before the words. */
export function progressBar(stream: NodeJS.WriteStream): { show(share: number, words: string): void; end(): void } {
  const { show, end } = progressOn(stream)
  return {
    show(share, words) {
      const done = Math.round(share * width)
      const bar = '█'.repeat(done) + '░'.repeat(width - done)
      show(`${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${words}`)
    },
    end,
  }
}
