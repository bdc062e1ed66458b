import { type Mail, tokenIn } from '../local-cloud.ts'

// A token is a customerId, 256 random bits, and the time until when it works.
const secrets = /[\w-]{43}/g
const addresses = /[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/g

/**
 * The addresses and the secrets of tokens that a log contains, each once, with the line that shows it.
 * @param emails the addresses of all customers
 */
export function personalDataIn(log: string, emails: readonly string[], mails: Pick<Mail, 'text'>[]): string[] {
  const personal = new Set([
    ...emails.map((email) => email.toLowerCase()),
    ...mails.map((mail) => tokenIn(mail).split('.')[1] ?? ''),
  ])
  const found = new Map<string, string>()
  for (const line of log.split('\n')) {
    const candidates = [...(line.match(secrets) ?? []), ...(line.match(addresses) ?? [])]
    for (const candidate of candidates) {
      const datum = personal.has(candidate) ? candidate : candidate.replace('%40', '@').toLowerCase()
      if (personal.has(datum) && !found.has(datum)) found.set(datum, `${datum} in: ${line.slice(0, 200)}`)
    }
  }
  return [...found.values()]
}
