import { count } from '../terminal/words.ts'
import type { Fate, Seen } from './restore.ts'

interface Meaning {
  text: string
  /** A person has to decide about these customers, so that they are listed. */
  isListed?: true
}

/** Every fate in words, in the order of the summary. */
const meanings: Record<Fate, Meaning> = {
  unchanged: { text: 'restored as they were' },
  mailed: { text: 'restored; the mails that were sent to them since are recorded' },
  undeliverable: { text: 'restored, and marked: no mail reaches them' },
  withdrawn: { text: 'withdrew since: only their tombstone is restored' },
  lostWithdrawn: { text: 'registered and withdrew since: their tombstone is restored' },
  lapsed: { text: 'lapsed: not restored' },
  kept: { text: 'not touched: the table has a newer row' },
  replaced: { text: 'registered since, and lost; not touched: the table has another registration of the same address' },
  confirmed: {
    text: 'confirmed since, but their consent is lost: restored as pending, without reminders; their links still confirm',
    isListed: true,
  },
  lapsedConfirmed: {
    text: 'confirmed more than 30 days ago, but their consent is lost, and their registration has lapsed: not restored',
    isListed: true,
  },
  uncertain: {
    text: 'may have been reminded or have answered since: restored as pending, without reminders; their links still confirm',
    isListed: true,
  },
  gone: {
    text: 'restored, but their run has ended without a reminder: it found no row. If they were erased on request, erase them again',
    isListed: true,
  },
  registeredAgain: {
    text: 'registered again, though they may have confirmed or withdrawn before: left as they are, without reminders',
    isListed: true,
  },
  askedToWithdraw: {
    text: 'restored as confirmed, though they asked to withdraw while their row was lost',
    isListed: true,
  },
  duplicate: {
    text: 'restored as pending, without reminders: the table has another registration of the same address, under the other key',
    isListed: true,
  },
  lost: { text: 'registered since, and lost: their addresses are in no table', isListed: true },
  lostConfirmed: { text: 'registered and confirmed since, and lost: their addresses are in no table', isListed: true },
}

/** Counts what became of the customers, and keeps the ids of those about whom a person has to decide. */
export class Summary {
  private readonly counts = new Map<Fate, number>()
  private readonly listed = new Map<Fate, string[]>()
  seen = 0

  add({ fate, customerId, traceId }: Seen): void {
    this.seen += 1
    this.counts.set(fate, (this.counts.get(fate) ?? 0) + 1)
    if (!meanings[fate].isListed) return
    const ids = this.listed.get(fate) ?? []
    ids.push(`${fate} ${customerId} ${traceId}`)
    this.listed.set(fate, ids)
  }

  /** How many customers a person has to decide about. */
  get left(): number {
    return [...this.listed.values()].reduce((sum, ids) => sum + ids.length, 0)
  }

  /** A line for each customer about whom a person has to decide, as in `lost <customerId> <traceId>`. */
  list(): string[] {
    return fates.flatMap((fate) => [...(this.listed.get(fate) ?? [])].sort())
  }

  /** A line for each fate. */
  lines(): string[] {
    const rows = fates.flatMap((fate) => {
      const number = this.counts.get(fate)
      return number === undefined ? [] : [{ number: count(number), fate, text: meanings[fate].text }]
    })
    const width = Math.max(0, ...rows.map(({ number }) => number.length))
    const nameWidth = Math.max(0, ...rows.map(({ fate }) => fate.length))
    return rows.map(({ number, fate, text }) => `${number.padStart(width)}  ${fate.padEnd(nameWidth)}  ${text}`)
  }
}

const fates = Object.keys(meanings) as Fate[]
