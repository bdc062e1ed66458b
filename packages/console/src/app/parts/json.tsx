/** JSON text, indented; other text as it is. */
export function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** A piece of data with its name. */
export function Data({ name, text }: { name: string; text: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: of several events, the data have the same names, which landmarks must not
    <div class="data" role="group" aria-label={name}>
      <h3>{name}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which the keyboard must be able to do */}
      <pre tabIndex={0}>{indented(text)}</pre>
    </div>
  )
}
