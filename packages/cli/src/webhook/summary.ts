import { amount } from '../terminal/words.ts'
import type { Fate } from './redeliver.ts'

/** Counts what became of the messages of a dead-letter queue. */
export class Summary {
  private readonly counts = { delivered: 0, refusedAgain: 0, noEvent: 0, notAccepted: 0 }
  /** A line for each message that a person has to look at, with its id. */
  readonly notes: string[] = []

  add(one: Fate): void {
    this.counts[one.fate] += 1
    if (one.fate === 'noEvent') {
      this.notes.push(`Message ${one.messageId} is no event about a customer, and stays in the queue: ${one.why}.`)
    }
    if (one.fate === 'notAccepted') {
      this.notes.push(`The event bus does not accept message ${one.messageId}, which stays in the queue. ${one.why}`)
    }
  }

  /** The messages that were counted. */
  get seen(): number {
    return Object.values(this.counts).reduce((sum, one) => sum + one, 0)
  }

  /** Those that are still in the queue. */
  get left(): number {
    return this.counts.refusedAgain + this.counts.noEvent + this.counts.notAccepted
  }

  /** All counts in one line, as in `3 events delivered again, 1 refused again by the webhook`. */
  line(): string {
    const { delivered, refusedAgain, noEvent, notAccepted } = this.counts
    return [
      `${amount(delivered, 'event')} delivered again`,
      ...(refusedAgain > 0 ? [`${refusedAgain} refused again by the webhook`] : []),
      ...(notAccepted > 0 ? [`${notAccepted} not accepted by the event bus`] : []),
      ...(noEvent > 0
        ? [`${amount(noEvent, 'message')} left that ${noEvent === 1 ? 'is no event' : 'are no events'}`]
        : []),
    ].join(', ')
  }
}
