// A layout is computed before anything is drawn, on the server's side of a test as well: widths are estimates, on the safe side.

/** Widths of characters in a sans-serif font, as a share of its size. */
const widths: [RegExp, number][] = [
  [/[\u{1100}-\u{115f}\u{2e80}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}]/u, 1.05],
  [/\p{Extended_Pictographic}/u, 1.4],
  [/\p{M}/u, 0],
  [/[iljtfrI.,:;'|![\]() ]/, 0.4],
  [/[mwMW@%—]/, 1],
  [/[\p{Lu}=+<>≤≥]/u, 0.75],
]
const usual = 0.62

/** The width of a text in pixels, if its font has this size. */
export function textWidth(text: string, fontSize: number): number {
  let sum = 0
  for (const character of text) sum += widths.find(([kind]) => kind.test(character))?.[1] ?? usual
  return sum * fontSize
}

/** A text that is cut where it would be wider, and then ends in an ellipsis. */
export function fitted(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text
  const characters = [...text]
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, fontSize) > width) characters.pop()
  return `${characters.join('').trimEnd()}…`
}

/** A text of which the beginning is cut where it would be wider: the end of a name tells more than what it shares. */
export function fittedEnd(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text
  const characters = [...text]
  while (characters.length > 1 && textWidth(`…${characters.join('')}`, fontSize) > width) characters.shift()
  return `…${characters.join('').trimStart()}`
}

/**
 * The lines of a text, broken between its words: at spaces and signs, and inside of a name where a capital letter begins
 * a word. A word that is wider than a line is broken anywhere. What does not fit into the last line is cut.
 */
export function wrapped(text: string, width: number, fontSize: number, mostLines: number): string[] {
  const words = text.split(/(?<=[\s\-_./:,])|(?<=[\p{Ll}\d])(?=\p{Lu})/u)
  const pieces = words.flatMap((word) => (textWidth(word.trimEnd(), fontSize) > width ? [...word] : [word]))
  const lines: string[] = []
  let line = ''
  for (const [index, piece] of pieces.entries()) {
    if (textWidth((line + piece).trimEnd(), fontSize) <= width) line += piece
    else if (lines.length + 1 < mostLines) {
      lines.push(line)
      line = piece
    } else {
      line = fitted(line + pieces.slice(index).join(''), width, fontSize)
      break
    }
  }
  return [...lines, line].map((each) => each.trim())
}
