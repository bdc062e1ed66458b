const customerId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const customerIdLength = 36
const shortestSecret = 20

/** Removes addresses and tokens from a text that our code did not write, such as an error message of AWS. */
export function scrub(text: string): string {
  return text
    .replace(/[\w.-]+/g, (word) => (holdsToken(word) ? '[token]' : word))
    .replace(/[^\s<>"'`,;:()]+/g, (word) => (/[^@]@[^@]/.test(word) ? '[address]' : word))
}

function holdsToken(word: string): boolean {
  const parts = word.split('.')
  return parts.some(
    (part, index) =>
      part.length >= shortestSecret && customerId.test((parts[index - 1] ?? '').slice(-customerIdLength)),
  )
}
