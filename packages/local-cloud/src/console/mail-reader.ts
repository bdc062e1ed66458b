import type { MailDetail, MailRow, Page } from '@confirmation-reminder/console/api'
import type { MailLine } from '../core/mail-line.ts'
import { Problem } from '../gateway/problem.ts'
import type { MailBook, MailSource } from './mail-book.ts'
import { pageIn } from './query.ts'
import type { RunEntry, RunIndex } from './run-index.ts'

/** Where the console finds mails with their bodies. */
export interface WholeMails extends Pick<MailSource, 'linesTo'> {
  mail(key: string): Promise<Omit<MailDetail, 'number' | 'run' | 'state'> | undefined>
}

/** Mails in lists, and each with its bodies; with the run that it belongs to. */
export class MailReader {
  constructor(
    private readonly source: WholeMails,
    private readonly book: MailBook,
    private readonly runs: RunIndex,
  ) {}

  /** Resolves when the addresses of all customers and all runs are known. */
  async ready(): Promise<void> {
    await Promise.all([this.book.ready(), this.runs.ready()])
  }

  /** The address of a customer, as the mailbox knows it. */
  addressOf(customer: string): string | undefined {
    return this.book.addressOf(customer)
  }

  async page(query: URLSearchParams): Promise<Page<MailRow>> {
    await this.ready()
    const { lines, next } = await this.book.page({ text: query.get('q') ?? '', ...pageIn(query) })
    return { rows: lines.map(([key, line]) => this.rowOf(key, line)), ...(next !== undefined && { next }) }
  }

  async row(key: string, line: MailLine): Promise<MailRow> {
    await this.ready()
    return this.rowOf(key, line)
  }

  /** The mails of a run, in order of sending. */
  async ofRun(run: RunEntry): Promise<MailRow[]> {
    const { customer } = run
    if (customer === undefined) return []
    const mails = await this.book.ofCustomer(customer)
    return mails
      .filter(([, { at }]) => this.runs.ofCustomer(customer, Date.parse(at)) === run)
      .map(([key, line]) => this.rowOf(key, line))
  }

  /** @throws Problem if there is no such mail */
  async mail(number: string | null | undefined) {
    const mail = await this.source.mail(keyOf(number))
    if (!mail) throw new Problem(404, 'No such mail', 'There is no mail of this number.')
    return mail
  }

  /** A mail with the name of its run. @throws Problem if there is no such mail */
  async detail(number: string | null): Promise<MailDetail> {
    const [key, mail] = [keyOf(number), await this.mail(number)]
    await this.ready()
    const [, line] = (await this.source.linesTo(mail.to[0] ?? '')).find(([one]) => one === key) ?? []
    return { ...mail, number: Number(key), ...(line && this.rowOf(key, line)) }
  }

  private rowOf(key: string, line: MailLine): MailRow {
    const { id, at, to, subject } = line
    const customer = this.book.customerOf(line)
    const run = customer === undefined ? undefined : this.runs.ofCustomer(customer, Date.parse(at))
    return { number: Number(key), id, at, to, subject, ...(run && { run: run.name }) }
  }
}

/** The key of a mail with a number; one that no mail has, if it is no number. */
const keyOf = (number: string | null | undefined) =>
  number && /^\d{1,12}$/.test(number) ? number.padStart(12, '0') : 'none'
