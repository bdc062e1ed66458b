import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { Journal } from '../../core/journal.ts'
import type { Store, Write } from '../../core/store.ts'
import type { Mail, SentMail } from './mail.ts'
import { simulated } from './mail-event.ts'
import type { MailEvents } from './mail-events.ts'

/** The writes that a mail adds to the metrics. */
export type Measured = (mail: SentMail) => Write[]

const dayMs = 86_400_000

/** Every mail that SES has accepted, durable, in order of sending. */
export class Mailbox {
  private readonly recipients

  private constructor(
    private readonly mails: Journal<SentMail>,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly events: MailEvents | undefined,
    private readonly measured: Measured,
  ) {
    this.recipients = store.sublevel<string, string>('mails-by-recipient', { valueEncoding: 'json' })
  }

  static async open(store: Store, clock: Clock, events?: MailEvents, measured: Measured = () => []): Promise<Mailbox> {
    return new Mailbox(await Journal.open<SentMail>(store, 'mails'), store, clock, events, measured)
  }

  /**
   * Stores a mail, unless all its recipients are the simulator's. Its headers may need its id and time. Resolves when it
   * is durable, together with its events and its metrics.
   */
  async accept(write: (id: string, at: Date) => Omit<SentMail, 'id' | 'at'>): Promise<SentMail> {
    const at = new Date(this.clock.now())
    // SES's ids begin with the time and end with a counter.
    const id = `0107${at.getTime().toString(16).padStart(12, '0')}-${randomUUID()}-000000`
    const mail = { id, at: at.toISOString(), ...write(id, at) }
    const publications = this.events?.of(mail)
    await this.store.batch([
      ...(mail.to.every(hasNoReader) ? [] : this.kept(mail)),
      ...(publications?.operations ?? []),
      ...this.measured(mail),
    ])
    publications?.written()
    return mail
  }

  private kept(mail: SentMail) {
    const entry = this.mails.next(mail)
    const recipients = [...new Set(mail.to.map(recipientKey))].map((recipient) => ({
      type: 'put' as const,
      sublevel: this.recipients,
      key: recipient + entry.key,
      value: entry.key,
    }))
    return [entry, ...recipients]
  }

  /** The mails, or those that one address got, in order of sending. */
  async list({ to }: { to?: string } = {}): Promise<Mail[]> {
    const mails = to === undefined ? await this.mails.list() : await this.mails.get(await this.keysTo(to))
    return mails.map(({ configurationSet, tags, ...mail }) => mail)
  }

  private keysTo(address: string): Promise<string[]> {
    const recipient = recipientKey(address)
    return this.recipients.values({ gte: recipient, lt: `${recipient}:` }).all()
  }

  /** How many recipients the last 24 hours had, which SES counts for the daily quota. */
  async recipientsOfLastDay(): Promise<number> {
    const since = new Date(this.clock.now() - dayMs).toISOString()
    const mails = await this.mails.list()
    return mails.filter(({ at }) => at > since).reduce((count, { to }) => count + to.length, 0)
  }
}

/**
 * The address of SES's mailbox simulator that accepts every mail: its mails do not count for the daily quota and are not
 * kept. The simulator's other addresses stand for customers whose mail bounces, or who complain.
 */
const hasNoReader = (address: string) => simulated(address) === 'success'

// Nothing that JSON writes holds a bare line break, so that no address is the beginning of another.
const recipientKey = (address: string) => `${JSON.stringify(address.toLowerCase())}\n`
