import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { Journal } from '../journal.ts'
import type { Store } from '../store.ts'

/** A mail as whoever reads it sees it. */
export interface Mail {
  /** SES's message id. */
  id: string
  /** When SES accepted it: ISO 8601, by the clock of the local cloud. */
  at: string
  /** The sender's bare address; the name beside it stands in `headers`. */
  from: string
  /** Everybody who got it, by bare address: To, Cc and Bcc. */
  to: string[]
  subject: string
  /** Empty, where the mail has no such body. */
  text: string
  html: string
  headers: Record<string, string>
}

/** A mail with what SES knows of it beside its content. */
export interface SentMail extends Mail {
  configurationSet?: string
  tags: Record<string, string>
}

const dayMs = 86_400_000

/** Every mail that SES has accepted, durable, in order of sending. */
export class Mailbox {
  private constructor(
    private readonly mails: Journal<SentMail>,
    private readonly clock: Clock,
  ) {}

  static async open(store: Store, clock: Clock): Promise<Mailbox> {
    return new Mailbox(await Journal.open<SentMail>(store, 'mails'), clock)
  }

  /** Keeps a mail. Its headers may need the id and the moment that it gets. Resolves, when it is durable. */
  async accept(write: (id: string, at: Date) => Omit<SentMail, 'id' | 'at'>): Promise<SentMail> {
    const at = new Date(this.clock.now())
    // SES's ids begin with the time and end with a counter.
    const id = `0107${at.getTime().toString(16).padStart(12, '0')}-${randomUUID()}-000000`
    const mail = { id, at: at.toISOString(), ...write(id, at) }
    await this.mails.append(mail)
    return mail
  }

  /** The mails, or those that one address got, in order of sending. */
  async list({ to }: { to?: string } = {}): Promise<Mail[]> {
    const mails = await this.mails.list()
    return mails
      .filter((mail) => to === undefined || mail.to.some((address) => address.toLowerCase() === to.toLowerCase()))
      .map(({ configurationSet, tags, ...mail }) => mail)
  }

  /** How many recipients the last 24 hours had: what SES counts against the daily quota. */
  async recipientsOfLastDay(): Promise<number> {
    const since = new Date(this.clock.now() - dayMs).toISOString()
    const mails = await this.mails.list()
    return mails.filter(({ at }) => at > since).reduce((count, { to }) => count + to.length, 0)
  }
}
