/**
 * The document that shows a mail: its HTML, or its text if it has none, in one of the two themes that a reader may have. A
 * frame has the theme of its browser, so the theme's own rules are made to hold or not.
 */
export function framedMail({ html, text }: { html: string; text: string }, theme: 'light' | 'dark'): string {
  const body = html
    ? html.replace(/\(prefers-color-scheme: ?(dark|light)\)/gi, (_, wanted: string) =>
        wanted.toLowerCase() === theme ? '(min-width: 0)' : '(max-width: 0)',
      )
    : `<pre style="white-space:pre-wrap;font:15px/1.5 system-ui,sans-serif;margin:1.5rem">${escaped(text)}</pre>`
  return `<!doctype html><meta charset="utf-8"><base target="_blank"><style>:root{color-scheme:only ${theme}}</style>${body}`
}

const escapes = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])
const escaped = (text: string) => text.replace(/[&<>]/g, (character) => escapes.get(character) ?? '')
