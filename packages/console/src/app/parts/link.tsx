import type { ComponentChildren, JSX } from 'preact'
import { address, go } from '../router.ts'

/** A link to a page of the console. */
export function Link({
  to,
  query,
  children,
  ...more
}: {
  to: string
  query?: Record<string, string | undefined>
  children: ComponentChildren
} & Omit<JSX.AnchorHTMLAttributes, 'href' | 'onClick'>) {
  const href = address(to, query)
  const open = (event: MouseEvent) => {
    // As links do: another tab with a modifier or the middle button.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(href)
  }
  return (
    <a {...more} href={href} onClick={open}>
      {children}
    </a>
  )
}
