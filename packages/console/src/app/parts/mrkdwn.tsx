import { createElement } from 'preact'
import { destinationOf } from '../../slack/local-link.ts'
import { type Piece, readMrkdwn } from '../../slack/mrkdwn.ts'
import { Link } from './link.tsx'

/** A text in Slack's markdown. Its links lead to the console's own pages, where it has them. */
export function Mrkdwn({ text }: { text: string }) {
  return <Pieces pieces={readMrkdwn(text)} />
}

function Pieces({ pieces }: { pieces: Piece[] }) {
  return (
    <>
      {pieces.map((piece) => (
        <One piece={piece} />
      ))}
    </>
  )
}

function One({ piece }: { piece: Piece }) {
  if (piece.kind === 'link') return <PostLink url={piece.url} label={piece.text} />
  if ('pieces' in piece) return createElement(styles[piece.kind], {}, <Pieces pieces={piece.pieces} />)
  if (piece.kind === 'code') return <code>{piece.text}</code>
  if (piece.kind === 'block') return <pre>{piece.text}</pre>
  return <span class={piece.kind}>{piece.text}</span>
}

const styles = { bold: 'strong', italic: 'em', strike: 's' } as const

function PostLink({ url, label }: { url: string; label: string }) {
  const destination = destinationOf(url)
  if (destination.kind === 'page')
    return (
      <Link to={destination.path} query={destination.query ?? {}}>
        {label}
      </Link>
    )
  if (destination.kind === 'nowhere') {
    return (
      <span class="nowhere" title={destination.why}>
        {label} (on AWS)
      </span>
    )
  }
  return (
    <a href={destination.url} target="_blank" rel="noreferrer">
      {label}
    </a>
  )
}
