import type { ComponentChildren } from 'preact'

/** What stands where nothing is yet: what will be there, and how to get it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  )
}

/** An error that lasts, with what to do. It goes away with its reason. */
export function Fault({ children }: { children: ComponentChildren }) {
  return children ? (
    <p class="fault" role="alert">
      {children}
    </p>
  ) : null
}

/** What stands there until the first answer: a hundred thousand runs take some seconds to read. It shows after a moment. */
export function Loading({ until }: { until: boolean }) {
  return (
    <p class={until ? 'hidden' : 'loading quiet'} role="status">
      {until ? '' : 'Reading…'}
    </p>
  )
}
