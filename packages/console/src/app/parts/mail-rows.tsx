import type { MailRow } from '../../api.ts'
import { breakable } from './breakable.tsx'
import { Link } from './link.tsx'
import { Moment } from './moment.tsx'

/** Mails in a list, each a link to its page. */
export function MailRows({
  mails,
  open,
  query = {},
}: {
  mails: readonly MailRow[]
  /** The number of the one that is shown. */
  open?: number | undefined
  query?: Record<string, string | undefined>
}) {
  return (
    <ul class="mail-rows">
      {mails.map(({ number, at, to, subject }) => (
        <li key={number}>
          <Link to={`/mails/${number}`} query={query} {...(number === open && { 'aria-current': 'true' as const })}>
            <strong>{subject || '(no subject)'}</strong>
            <span class="quiet">{breakable(to.join(', '))}</span>
          </Link>
          <Moment at={at} />
        </li>
      ))}
    </ul>
  )
}
