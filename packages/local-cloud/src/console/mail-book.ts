import type { MailLine } from '../core/mail-line.ts'

/** Where the mails are. */
export interface MailSource {
  /** The latest first, some hundred at a time; those before a key, if there is one. */
  newestLines(before?: string): AsyncIterable<[key: string, line: MailLine][]>
  /** Those that one address got, in order of sending. */
  linesTo(address: string): Promise<[key: string, line: MailLine][]>
  readonly keptListeners: ((key: string, mail: MailLine) => void)[]
}

/** A search reads at most so many lines for one page, in order of sending: then the page is short, and its cursor goes on. */
const mostRead = 50_000

/** The mails in lists, and the addresses that they went to. */
export class MailBook {
  /** The address that a customer's latest mail went to. */
  private readonly addresses = new Map<string, string>()
  private reading: Promise<void> | undefined

  constructor(
    private readonly source: MailSource,
    /** The name of the tag of a mail that names its customer. */
    private readonly customerTag: string,
  ) {}

  /** Resolves when the addresses of all customers are known. */
  ready(): Promise<void> {
    this.reading ??= this.read()
    return this.reading
  }

  private async read(): Promise<void> {
    this.source.keptListeners.push((_, line) => this.note(line, true))
    for await (const part of this.source.newestLines()) for (const [, line] of part) this.note(line, false)
  }

  private note(line: MailLine, isLatest: boolean): void {
    const customer = this.customerOf(line)
    const [address] = line.to
    if (customer === undefined || address === undefined) return
    if (isLatest || !this.addresses.has(customer)) this.addresses.set(customer, address)
  }

  customerOf({ tags }: MailLine): string | undefined {
    return Object.hasOwn(Object(tags), this.customerTag) ? tags[this.customerTag] : undefined
  }

  addressOf(customer: string): string | undefined {
    return this.addresses.get(customer)
  }

  /** All mails of a customer, in order of sending. */
  async ofCustomer(customer: string): Promise<[key: string, line: MailLine][]> {
    const address = this.addressOf(customer)
    if (address === undefined) return []
    return (await this.source.linesTo(address)).filter(([, line]) => this.customerOf(line) === customer)
  }

  /** A page of mails whose address or subject has a text in it, in any case, the latest first. */
  async page({
    text,
    after,
    limit,
  }: {
    text: string
    after?: string | undefined
    limit: number
  }): Promise<{ lines: [key: string, line: MailLine][]; next?: string }> {
    const wanted = text.trim().toLowerCase()
    const lines: [string, MailLine][] = []
    let read = 0
    let last = after
    for await (const part of this.source.newestLines(after)) {
      for (const [key, line] of part) {
        if (lines.length === limit || read === mostRead) return { lines, ...(last !== undefined && { next: last }) }
        read += 1
        last = key
        if ([...line.to, line.subject].some((one) => one.toLowerCase().includes(wanted))) lines.push([key, line])
      }
    }
    return { lines }
  }
}
