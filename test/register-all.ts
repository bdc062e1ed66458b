import { setTimeout as pause } from 'node:timers/promises'
import { concurrently } from './concurrently.ts'
import { type LocalCloud, tokenIn } from './local-cloud.ts'

// As many as the local cloud runs of one function at a time: more would only wait.
const atOnce = 10

/**
 * Registers every address as a client does: it retries after a 5xx, which a busy machine may cause, since the functions'
 * timeouts count real seconds. It retries within a minute, so that no retry brings a second mail.
 * @throws Error where the API refuses a registration
 */
export async function registerAll(cloud: LocalCloud, emails: Iterable<string>): Promise<void> {
  await concurrently(emails, atOnce, (email) => registerUntilAccepted(cloud, email))
}

/** Registers an address as `registerAll` does. Resolves with the answer 202. */
export async function registerUntilAccepted(cloud: LocalCloud, email: string, more: object = {}): Promise<Response> {
  for (;;) {
    const answer = await cloud.register(email, more)
    if (answer.status === 202) return answer
    if (answer.status < 500) throw new Error(`The API refuses ${email} with ${answer.status}.`)
    await pause(1000)
  }
}

/** Registers a new address as `registerAll` does. Resolves with the token of its confirmation mail. */
export async function registerOne(cloud: LocalCloud, email: string): Promise<string> {
  await registerUntilAccepted(cloud, email)
  const [mail] = await cloud.mails(email)
  if (!mail) throw new Error(`No mail came to ${email}.`)
  return tokenIn(mail)
}
