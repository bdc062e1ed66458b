/** Text that is HTML already: only `html` creates it. */
export class Html {
  constructor(readonly text: string) {}
}

/** HTML from a template literal. Every value in it is escaped, unless it is HTML itself, or a list of HTML. */
export function html(literals: TemplateStringsArray, ...values: (string | number | Html | Html[])[]): Html {
  return new Html(literals.reduce((before, literal, index) => before + write(values[index - 1] ?? '') + literal))
}

function write(value: string | number | Html | Html[]): string {
  if (Array.isArray(value)) return value.map(write).join('')
  return value instanceof Html ? value.text : escaped(String(value))
}

const escapes = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => escapes.get(character) ?? character)
