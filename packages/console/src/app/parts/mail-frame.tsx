import { useEffect, useRef, useState } from 'preact/hooks'
import { address } from '../router.ts'

// In pixels. A mail that is longer scrolls in its frame: no mail makes the page endless.
const [least, most] = [80, 12_000]
/** What a bar for sideways scrolling takes, below a mail that is wider than its frame. */
const barHeight = 18

interface Mail {
  number: number
  theme: 'light' | 'dark'
}

/** The HTML of a mail: a document of its own, which may run nothing and load nothing, in a frame as high as it is. */
export function MailFrame({ number, subject, theme }: Mail & { subject: string }) {
  const [height, setHeight] = useState<number>()
  // Another document for each mail and theme: a frame that only changes its address adds to the browser's history.
  const key = `${number} ${theme}`
  return (
    <div class="mail-holder">
      <iframe
        class={`mail-frame ${theme}`}
        key={key}
        title={subject}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
        src={address(`/console/mail/${number}`, { theme })}
        {...(height !== undefined && { style: { height: `${height}px` } })}
      />
      <Ruler key={`ruler ${key}`} number={number} theme={theme} onHeight={setHeight} />
    </div>
  )
}

/**
 * Measures a mail in a second frame, of the same width, which no one sees or can click. The frame that people use stays in an
 * origin of its own: there a link to the local cloud is one of another site, which the local cloud refuses. This one has
 * the page's origin, so that the page can read how high the document is. That is safe because the document does nothing:
 * neither its sandbox nor its policy allows a script, and without those a sandbox has no refresh, form, or window either.
 */
function Ruler({ number, theme, onHeight }: Mail & { onHeight(height: number): void }) {
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    const element = frame.current
    if (!element) return
    const measure = () => {
      const height = heightOf(element)
      if (height !== undefined) onHeight(height)
    }
    // Another width, another height.
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('load', measure)
    return () => {
      observer.disconnect()
      element.removeEventListener('load', measure)
    }
  }, [])
  return (
    <iframe
      class="mail-ruler"
      ref={frame}
      title="The height of the mail"
      scrolling="no"
      sandbox="allow-same-origin"
      referrerpolicy="no-referrer"
      src={address(`/console/mail/${number}`, { theme, measured: 'true' })}
    />
  )
}

/** How high the document in a frame is. In a mail, an element can bear the name of a member of its document: only numbers count. */
function heightOf({ contentDocument: mail }: HTMLIFrameElement): number | undefined {
  if (mail?.readyState !== 'complete' || mail.URL === 'about:blank') return undefined
  const root: Partial<Element> | undefined = mail.documentElement
  const [height, width, shown] = [root?.scrollHeight, root?.scrollWidth, root?.clientWidth].map(Number)
  if (height === undefined || !Number.isFinite(height)) return undefined
  const bar = Number(width) > Number(shown) ? barHeight : 0
  return Math.min(most, Math.max(least, Math.ceil(height + bar)))
}

/** The theme of the browser. */
export const ownTheme = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
