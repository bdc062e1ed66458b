/**
 * Whether a value matches a pattern as IAM means it: `*` stands for any characters, also none, `?` for exactly one,
 * and everything else for itself. Runs in time proportional to pattern × value, whatever the pattern.
 */
export function matches(pattern: string, value: string): boolean {
  let inPattern = 0
  let inValue = 0
  let star = -1
  let retryFrom = 0
  while (inValue < value.length) {
    const symbol = pattern[inPattern]
    // The star first: a value may hold a `*` of its own, which must not use up the pattern's.
    if (symbol === '*') {
      star = inPattern++
      retryFrom = inValue
    } else if (symbol === '?' || symbol === value[inValue]) {
      inPattern++
      inValue++
    } else if (star >= 0) {
      // The last star takes one character more, and the rest of the pattern begins anew behind it.
      inPattern = star + 1
      inValue = ++retryFrom
    } else {
      return false
    }
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}

/**
 * Whether an ARN matches a pattern: part by part, so that a wildcard never reaches over a colon, except in the sixth
 * part, the resource, which may hold colons itself.
 */
export function arnMatches(pattern: string, arn: string): boolean {
  const patterns = arnParts(pattern)
  const parts = arnParts(arn)
  return patterns.length === parts.length && patterns.every((part, index) => matches(part, parts[index] ?? ''))
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}
