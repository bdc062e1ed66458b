import { type LocalCloud, tokenIn } from '../local-cloud.ts'

/**
 * What the system can know about an address. `recent` was registered a moment ago, `pending` longer ago than the pause
 * between two mails to one address.
 */
export const kinds = ['new', 'recent', 'pending', 'confirmed', 'withdrawn', 'undeliverable'] as const
export type Kind = (typeof kinds)[number]

/** An address for a kind. Bouncing addresses belong to SES's mailbox simulator. */
export const emailOf = (kind: Kind, n: number) =>
  kind === 'undeliverable' ? `bounce+${n}@simulator.amazonses.com` : `${kind}-${n}@example.com`

/**
 * Registers an address and changes it to its kind, as far as that is possible in advance: a `recent` address has to be
 * registered just before it is used, and an `undeliverable` one bounces some seconds later.
 */
export async function makeKnown(cloud: LocalCloud, kind: Kind, email: string): Promise<void> {
  if (kind === 'new' || kind === 'recent') return
  await expectStatus(202, cloud.register(email))
  if (kind !== 'confirmed' && kind !== 'withdrawn') return
  const [mail] = await cloud.mails(email)
  if (!mail) throw new Error(`There is no mail to ${email}.`)
  const token = tokenIn(mail)
  await expectStatus(200, kind === 'confirmed' ? cloud.confirm(token) : cloud.withdraw(token))
}

async function expectStatus(status: number, answering: Promise<Response>): Promise<void> {
  const answer = await answering
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${await answer.text()}`)
}
