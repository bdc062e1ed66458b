import type { Style } from './init.ts'

const coloured = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`
const plain = (text: string) => text

/** Colours on a terminal that has them (`NO_COLOR` is respected), and nothing elsewhere. */
export function styleOf(output: { hasColors?: () => boolean }): Style {
  const colour = output.hasColors?.() ? coloured : () => plain
  return { heading: colour(1), removed: colour(31), added: colour(32), refused: colour(33) }
}
