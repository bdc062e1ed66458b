import { useState } from 'preact/hooks'

/** A button that copies a text. */
export function Copy({ text, children }: { text: string; children: string }) {
  const [state, setState] = useState<'copied' | 'refused'>()
  const copy = async () => {
    setState(
      await navigator.clipboard.writeText(text).then(
        () => 'copied' as const,
        () => 'refused' as const,
      ),
    )
    setTimeout(() => setState(undefined), 2000)
  }
  return (
    <button type="button" onClick={copy}>
      <span aria-live="polite">
        {state === 'copied' ? 'Copied' : state === 'refused' ? 'The browser refused to copy' : children}
      </span>
    </button>
  )
}
