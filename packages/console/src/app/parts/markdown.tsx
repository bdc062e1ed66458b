import { lexer, type Token, type Tokens } from 'marked'
import type { ComponentChildren } from 'preact'
import { createElement } from 'preact'
import { anchorOf } from '../../markdown/anchor.ts'
import { Command } from './command.tsx'

/** What a link of the text becomes. */
export type LinkTo = (link: { href: string; children: ComponentChildren }) => ComponentChildren

/**
 * A text in GitHub's markdown, as elements: HTML in it stays text. Headings have the ids that GitHub gives them.
 */
export function Markdown({ text, link }: { text: string; link: LinkTo }) {
  return <div class="markdown">{blocks(lexer(text), link)}</div>
}

/** The headings of a text, with how deep each is: 2 for those below the title. */
export function headingsOf(text: string): { depth: number; text: string }[] {
  return lexer(text).flatMap((token) => {
    if (token.type !== 'heading') return []
    const { depth, text } = token as Tokens.Heading
    return [{ depth, text }]
  })
}

const blocks = (tokens: readonly Token[], link: LinkTo): ComponentChildren => tokens.map((token) => block(token, link))

function block(token: Token, link: LinkTo): ComponentChildren {
  switch (token.type) {
    case 'heading': {
      const { depth, text, tokens } = token as Tokens.Heading
      return createElement(`h${depth}`, { id: anchorOf(text), tabIndex: -1 }, inlines(tokens, link))
    }
    case 'paragraph':
      return <p>{inlines(token.tokens ?? [], link)}</p>
    case 'list': {
      const { ordered, start, items } = token as Tokens.List
      const children = items.map((item) => <li>{blocks(item.tokens, link)}</li>)
      return ordered ? <ol start={start === '' ? 1 : start}>{children}</ol> : <ul>{children}</ul>
    }
    case 'code':
      return <Command text={(token as Tokens.Code).text} />
    case 'blockquote':
      return <blockquote>{blocks(token.tokens ?? [], link)}</blockquote>
    case 'table':
      return <Table table={token as Tokens.Table} link={link} />
    case 'hr':
      return <hr />
    case 'space':
    case 'def':
      return null
    // A line of a list item, whose text has pieces of its own.
    case 'text':
      return inlines(token.tokens ?? [token], link)
    default:
      return inlines([token], link)
  }
}

function Table({ table, link }: { table: Tokens.Table; link: LinkTo }) {
  const [first] = table.rows
  const name = `Table: ${table.header.map(({ text }) => text).join(', ')}, from ${first?.[0]?.text ?? 'nothing'} on`
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard
    <section class="scrolls" tabIndex={0} aria-label={name}>
      <table>
        <thead>
          <tr>
            {table.header.map((cell) =>
              cell.text === '' ? <td /> : <th scope="col">{inlines(cell.tokens, link)}</th>,
            )}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{inlines(cell.tokens, link)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const inlines = (tokens: readonly Token[], link: LinkTo): ComponentChildren =>
  tokens.map((token) => inline(token, link))

function inline(token: Token, link: LinkTo): ComponentChildren {
  const inside = () => inlines(('tokens' in token && token.tokens) || [], link)
  switch (token.type) {
    case 'strong':
      return <strong>{inside()}</strong>
    case 'em':
      return <em>{inside()}</em>
    case 'del':
      return <s>{inside()}</s>
    case 'codespan':
      return <code>{(token as Tokens.Codespan).text}</code>
    case 'br':
      return <br />
    case 'link':
      return link({ href: (token as Tokens.Link).href, children: inside() })
    case 'text':
    case 'escape':
      return (token as Tokens.Text).text
    // Images, and HTML: the page loads nothing, and shows what is written there.
    default:
      return token.raw
  }
}
