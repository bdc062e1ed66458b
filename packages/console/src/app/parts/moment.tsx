import { useNow } from '../clock.ts'
import { relative } from '../relative.ts'

const exact = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
})
const toTheSecond = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** As wide as the other form becomes, in pixels. */
const widest = 260

/** The other form begins at the left of the time where it would leave the window otherwise. */
function place({ currentTarget }: { currentTarget: HTMLElement }): void {
  currentTarget.classList.toggle('at-left', currentTarget.getBoundingClientRect().right < widest)
}

/** A time of the local cloud's clock: relative, and exact on hover and focus, or the other way round with `exactly`. */
export function Moment({ at, exactly = false }: { at: string; exactly?: boolean }) {
  const now = useNow()
  const ms = Date.parse(at)
  const near = relative(ms, now)
  return (
    <time
      class="moment"
      dateTime={at}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the other form of the time must be within reach of the keyboard
      tabIndex={0}
      data-other={exactly ? near : toTheSecond.format(ms)}
      onMouseEnter={place}
      onFocus={place}
    >
      {exactly ? exact.format(ms) : near}
    </time>
  )
}
