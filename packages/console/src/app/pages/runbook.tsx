import { useEffect } from 'preact/hooks'
import type { Runbook as Answer } from '../../api.ts'
import { anchorOf } from '../../markdown/anchor.ts'
import { useFetched } from '../call.ts'
import { useReconnected } from '../live.ts'
import { Link } from '../parts/link.tsx'
import { headingsOf, type LinkTo, Markdown } from '../parts/markdown.tsx'
import { Fault } from '../parts/notes.tsx'

/** The runbook of this checkout, at the section that the path names. */
export function Runbook({ rest }: { rest: string }) {
  const { data, fault, reload } = useFetched<Answer>('console/runbook')
  useReconnected(reload)
  useEffect(() => {
    if (!data || rest === '') return
    // After the page itself has scrolled to its beginning.
    const frame = requestAnimationFrame(() => {
      const heading = document.getElementById(rest)
      heading?.scrollIntoView()
      heading?.focus({ preventScroll: true })
    })
    return () => cancelAnimationFrame(frame)
  }, [data, rest])
  return (
    <>
      <header class="heading">
        <h1>Runbook</h1>
        {data && (
          <p class="quiet">
            The file <code>{data.path}</code> of this checkout
          </p>
        )}
      </header>
      <Fault>{fault}</Fault>
      {data && (
        <details class="card contents">
          <summary>Sections</summary>
          <ul>
            {headingsOf(withoutTitle(data.text)).map(({ depth, text }) => (
              <li key={text} class={`depth-${depth}`}>
                <Link to={`/runbook/${anchorOf(text)}`}>{text}</Link>
              </li>
            ))}
          </ul>
        </details>
      )}
      {data && <Markdown text={withoutTitle(data.text)} link={link} />}
    </>
  )
}

/** The page has the title already. */
const withoutTitle = (text: string) => text.replace(/^# .*\n/, '')

/** Links within the runbook stay here; those to other files of the repository name the file. */
const link: LinkTo = ({ href, children }) => {
  if (href.startsWith('#')) return <Link to={`/runbook/${href.slice(1)}`}>{children}</Link>
  if (/^https?:\/\//.test(href)) {
    return (
      <a href={href} target="_blank" rel="noreferrer">
        {children}
      </a>
    )
  }
  return (
    <>
      {children} (<code>{new URL(href, 'file:///docs/').pathname.slice(1)}</code>)
    </>
  )
}
