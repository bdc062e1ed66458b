/**
 * Writes an element as AWS's query services do: arrays as `<member>` elements, `Map`s as `<entry>` elements, `Date`s in
 * ISO 8601, other objects member by member. Undefined members are left out.
 */
export function xml(name: string, value: unknown, namespace?: string): string {
  if (value === undefined) return ''
  const attribute = namespace ? ` xmlns="${escapeXml(namespace)}"` : ''
  return `<${name}${attribute}>${content(value)}</${name}>`
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => xml('member', item)).join('')
  if (value instanceof Map) return [...value].map(([key, item]) => xml('entry', { key, value: item })).join('')
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return escapeXml(String(value))
  return Object.entries(value)
    .map(([member, item]) => xml(member, item))
    .join('')
}

const entities = new Map(Object.entries({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' }))

function escapeXml(text: string): string {
  return (
    text
      // XML 1.0 has no way to write these characters, not even escaped.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"\r]/g, (character) => entities.get(character) ?? character)
  )
}
