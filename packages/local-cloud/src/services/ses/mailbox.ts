import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { Journal } from '../../core/journal.ts'
import type { MailLine } from '../../core/mail-line.ts'
import type { Page, PageOf } from '../../core/page.ts'
import type { Store, Write } from '../../core/store.ts'
import type { Mail, SentMail } from './mail.ts'
import { simulated } from './mail-event.ts'
import type { MailEvents } from './mail-events.ts'

/** The writes that a mail adds to the metrics. */
export type Measured = (mail: SentMail) => Write[]

const dayMs = 86_400_000

/** Every mail that SES has accepted, durable, in order of sending. */
export class Mailbox {
  /** Called for every mail that is kept, after it is written, with its key. */
  readonly keptListeners: ((key: string, mail: MailLine) => void)[] = []
  private readonly recipients
  /** A line for each mail, under the same key: what lists and counts read, without the bodies. */
  private readonly lines
  /** By the time of a mail in milliseconds: how many recipients there were until then, from the first mail on. */
  private readonly counts
  private recipientsSoFar = 0

  private constructor(
    private readonly mails: Journal<SentMail>,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly events: MailEvents | undefined,
    private readonly measured: Measured,
  ) {
    this.recipients = store.sublevel<string, string>('mails-by-recipient', { valueEncoding: 'json' })
    this.lines = store.sublevel<string, MailLine>('mail-lines', { valueEncoding: 'json' })
    this.counts = store.sublevel<string, number>('mail-recipients', { valueEncoding: 'json' })
  }

  static async open(store: Store, clock: Clock, events?: MailEvents, measured: Measured = () => []): Promise<Mailbox> {
    const mailbox = new Mailbox(await Journal.open<SentMail>(store, 'mails'), store, clock, events, measured)
    await mailbox.addMissingLines()
    await mailbox.addMissingCounts()
    return mailbox
  }

  /** Earlier versions wrote no lines. */
  private async addMissingLines(): Promise<void> {
    const [last] = await this.lines.keys({ reverse: true, limit: 1 }).all()
    for await (const part of this.mails.after(last)) {
      await this.lines.batch(part.map(([key, mail]) => ({ type: 'put', key, value: lineOf(mail) })))
    }
  }

  /** Earlier versions wrote no counts. All are written at once, so that a kill leaves none. */
  private async addMissingCounts(): Promise<void> {
    const [last] = await this.counts.values({ reverse: true, limit: 1 }).all()
    this.recipientsSoFar = last ?? 0
    if (last !== undefined) return
    const lines = await this.lines.values().all()
    await this.store.batch(lines.map(({ at, to }) => this.counted(Date.parse(at), to)))
  }

  private counted(atMs: number, to: readonly string[]) {
    this.recipientsSoFar += to.length
    return { type: 'put' as const, sublevel: this.counts, key: moment(atMs), value: this.recipientsSoFar }
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
    const entry = mail.to.every(hasNoReader) ? undefined : this.mails.next(mail)
    await this.store.batch([
      ...(entry ? this.kept(entry, mail) : []),
      ...(publications?.operations ?? []),
      ...this.measured(mail),
    ])
    publications?.written()
    if (entry) for (const listener of this.keptListeners) listener(entry.key, lineOf(mail))
    return mail
  }

  private kept(entry: ReturnType<Journal<SentMail>['next']>, mail: SentMail) {
    const recipients = [...new Set(mail.to.map(recipientKey))].map((recipient) => ({
      type: 'put' as const,
      sublevel: this.recipients,
      key: recipient + entry.key,
      value: entry.key,
    }))
    const line = { type: 'put' as const, sublevel: this.lines, key: entry.key, value: lineOf(mail) }
    return [entry, line, this.counted(Date.parse(mail.at), mail.to), ...recipients]
  }

  /** The latest mails, or those that one address got, in order of sending; each next page has the mails before it. */
  async page({ to, after, limit }: PageOf & { to?: string | undefined }): Promise<Page<Mail>> {
    const read = to === undefined ? this.mails.latest(limit + 1, after) : this.latestTo(to, limit + 1, after)
    const found = await read
    const page = found.slice(-limit)
    const [first] = page
    return { rows: page.map(([, mail]) => readersPart(mail)), ...(found.length > limit && first && { next: first[0] }) }
  }

  private async latestTo(address: string, limit: number, before = ':'): Promise<[string, SentMail][]> {
    const recipient = recipientKey(address)
    const range = { gte: recipient, lt: recipient + before, reverse: true, limit }
    const keys = (await this.recipients.values(range).all()).reverse()
    const mails = await this.mails.get(keys)
    return mails.map((mail, index) => [keys[index] as string, mail])
  }

  private keysTo(address: string): Promise<string[]> {
    const recipient = recipientKey(address)
    return this.recipients.values({ gte: recipient, lt: `${recipient}:` }).all()
  }

  /** One mail, by its key. */
  async mail(key: string): Promise<Mail | undefined> {
    const [mail] = await this.mails.get([key])
    return mail && readersPart(mail)
  }

  /** The lines of mails with their keys, the latest first, some hundred at a time; those before a key if there is one. */
  async *newestLines(before?: string): AsyncGenerator<[key: string, line: MailLine][]> {
    const lines = this.lines.iterator({ reverse: true, ...(before !== undefined && { lt: before }) })
    try {
      for (let part = await lines.nextv(200); part.length > 0; part = await lines.nextv(200)) yield part
    } finally {
      await lines.close()
    }
  }

  /** The lines of the mails that one address got, with their keys, in order of sending. */
  async linesTo(address: string): Promise<[key: string, line: MailLine][]> {
    const keys = await this.keysTo(address)
    const lines = await this.lines.getMany(keys)
    return keys.flatMap((key, index) => {
      const line = lines[index]
      return line ? [[key, line] as [string, MailLine]] : []
    })
  }

  /** How many recipients the last 24 hours had, which SES counts for the daily quota. */
  async recipientsOfLastDay(): Promise<number> {
    const since = moment(this.clock.now() - dayMs)
    const latest = this.counts.values({ reverse: true, limit: 1 }).all()
    const earlier = this.counts.values({ lte: since, reverse: true, limit: 1 }).all()
    const [[all = 0], [before = 0]] = await Promise.all([latest, earlier])
    return all - before
  }
}

/**
 * The address of SES's mailbox simulator that accepts every mail: its mails do not count for the daily quota and are not
 * kept. The simulator's other addresses stand for customers whose mail bounces, or who complain.
 */
const hasNoReader = (address: string) => simulated(address) === 'success'

// Nothing that JSON writes holds a bare line break, so that no address is the beginning of another.
const recipientKey = (address: string) => `${JSON.stringify(address.toLowerCase())}\n`

// 15 digits of milliseconds last until the year 33658.
const moment = (ms: number) => String(Math.max(0, Math.floor(ms))).padStart(15, '0')

/** A mail without what is SES's own. */
const readersPart = ({ operation, configurationSet, tags, ...mail }: SentMail): Mail => mail

const lineOf = ({ id, at, to, subject, tags }: SentMail): MailLine => ({ id, at, to, subject, tags })
