/**
 * Every value of every header, by its name in lower case. Node's own `headers` drops what comes twice, and its
 * `headersDistinct` fails on a header named `__proto__`.
 */
export function everyHeader(rawHeaders: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? ''
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[at + 1] ?? ''])
  }
  return headers
}
