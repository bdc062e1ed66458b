/** A piece of a text in Slack's markdown. Texts are plain: the page sets them as text. */
export type Piece =
  | { kind: 'text' | 'code' | 'block' | 'mention'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; pieces: Piece[] }
  | { kind: 'link'; url: string; text: string }

const emojis: ReadonlyMap<string, string> = new Map([
  ['rotating_light', '🚨'],
  ['white_check_mark', '✅'],
  ['grey_question', '❔'],
  ['x', '❌'],
  ['warning', '⚠️'],
])

const styles: ReadonlyMap<string, 'bold' | 'italic' | 'strike'> = new Map([
  ['*', 'bold'],
  ['_', 'italic'],
  ['~', 'strike'],
])

// Each begins at one character and ends within its line, so that a text is read once.
const block = /```\n?([^`]+)```/y
const code = /`([^`\n]+)`/y
const angle = /<([^<>\n]+)>/y
const emoji = /:([a-z0-9_+-]{1,40}):/y

/**
 * Reads Slack's markdown as far as posts use it: bold, italic, struck, code, links, mentions, and the emojis that this project and
 * Chatbot write. What is not closed, or leads to no web page, stays text.
 */
export function readMrkdwn(text: string): Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  const flush = () => {
    if (plain !== '') pieces.push({ kind: 'text', text: unescaped(plain) })
    plain = ''
  }
  for (let at = 0; at < text.length; ) {
    const found = pieceAt(text, at)
    if (!found) {
      plain += text[at]
      at += 1
      continue
    }
    if (typeof found.piece === 'string') plain += found.piece
    else {
      flush()
      pieces.push(found.piece)
    }
    at = found.end
  }
  flush()
  return pieces
}

/** The piece that begins at a place, or the text that stands for it, and where it ends. */
function pieceAt(text: string, at: number): { piece: Piece | string; end: number } | undefined {
  const matched = (pattern: RegExp) => {
    pattern.lastIndex = at
    const [whole = '', inside = ''] = pattern.exec(text) ?? []
    return inside === '' ? undefined : { inside, end: at + whole.length }
  }
  const character = text[at] ?? ''
  if (character === '`') {
    const lines = matched(block)
    if (lines) return { piece: { kind: 'block', text: unescaped(lines.inside) }, end: lines.end }
    const found = matched(code)
    return found && { piece: { kind: 'code', text: unescaped(found.inside) }, end: found.end }
  }
  if (character === '<') {
    const found = matched(angle)
    const piece = found && linkIn(found.inside)
    return piece && { piece, end: found.end }
  }
  if (character === ':') {
    const found = matched(emoji)
    const drawn = found && emojis.get(found.inside)
    return drawn === undefined ? undefined : { piece: drawn, end: found?.end ?? at }
  }
  const kind = styles.get(character)
  const end = kind && endOfStyle(text, at, character)
  if (kind === undefined || end === undefined) return undefined
  return { piece: { kind, pieces: readMrkdwn(text.slice(at + 1, end)) }, end: end + 1 }
}

/** Where a style that begins here ends; undefined if the character is only a character. */
function endOfStyle(text: string, at: number, character: string): number | undefined {
  if (isWord(text[at - 1]) || isSpace(text[at + 1]) || text[at + 1] === character) return undefined
  const line = text.indexOf('\n', at)
  const limit = line === -1 ? text.length : line
  const end = text.indexOf(character, at + 2)
  if (end === -1 || end >= limit || isSpace(text[end - 1]) || isWord(text[end + 1])) return undefined
  return end
}

const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character)
const isSpace = (character: string | undefined) => character === undefined || /\s/.test(character)

/** What stands between angle brackets: a link, or a mention of a person, a group or a channel. */
function linkIn(inside: string): Piece | undefined {
  const bar = inside.indexOf('|')
  const [target, label] = bar === -1 ? [inside, ''] : [inside.slice(0, bar), inside.slice(bar + 1)]
  if (/^https?:\/\/\S+$/.test(target)) {
    return { kind: 'link', url: unescaped(target), text: unescaped(label || target) }
  }
  if (!/^[@#!]\S/.test(target)) return undefined
  const name = label || target.slice(1).replace(/^subteam\^/, '')
  return { kind: 'mention', text: `${target.startsWith('#') ? '#' : '@'}${unescaped(name).replace(/^[@#]/, '')}` }
}

const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
])
const unescaped = (text: string) => text.replace(/&(lt|gt|amp);/g, (_, name: string) => entities.get(name) ?? '')
