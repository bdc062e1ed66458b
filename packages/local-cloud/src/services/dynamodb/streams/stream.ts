import { randomUUID } from 'node:crypto'
import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Clock } from '../../../core/clock.ts'
import type { Table, TableStream } from '../../../core/stack-model.ts'
import type { StreamRecord } from '../../../core/stream-record.ts'
import { type DynaliteStore, type Item, itemSize } from '../dynalite.ts'
import { isSameItem } from './same-item.ts'

/** A change of an item; an item that does not exist is undefined. */
export interface Change {
  before: Item | undefined
  after: Item | undefined
  /** Whether DynamoDB deletes the item itself because it has expired. */
  byTimeToLive: boolean
}

type Database = DynaliteStore['db']
type Write = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string }

const hourMs = 3_600_000
/** How long a record is kept. */
const keptMs = 24 * hourMs
const trimmedAtOnce = 500
// AWS's have 21 digits or more. They begin with 1, so that the order of texts is the order of numbers.
const numberOfFirst = 10n ** 20n

/**
 * The stream of a table: its records, in the order of the changes, for 24 hours of the clock. They are in the database of the
 * items, so that a change and its record are one write.
 */
export class Stream {
  private readonly listeners: (() => void)[] = []
  private trimming: Promise<void> = Promise.resolve()
  private cancel = () => {}
  private stopped = false

  private constructor(
    readonly table: Table,
    readonly settings: TableStream,
    private readonly db: Database,
    private readonly clock: Clock,
    /** How many records were ever written. */
    private written: bigint,
  ) {}

  /** Opens a stream, and deletes the records that are too old. */
  static async open(table: Table & { stream: TableStream }, db: Database, clock: Clock): Promise<Stream> {
    const [last] = await db.keys({ ...rangeOf(table.name), reverse: true, limit: 1 }).all()
    const known = BigInt(((await db.get(countKey(table.name))) as string | undefined) ?? 0)
    const newest = last === undefined ? 0n : countOf(sequenceNumberIn(last))
    const stream = new Stream(table, table.stream, db, clock, newest > known ? newest : known)
    await stream.trim()
    stream.arm()
    return stream
  }

  /** Calls `listener` after each record that is written. */
  onRecord(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** The sequence number of the newest record ever; that before the first, if there is none. */
  get newest(): string {
    return numberAfter(this.written)
  }

  /** The sequence number after which the oldest record has its own. */
  async horizon(): Promise<string> {
    const [oldest] = await this.read(undefined, 1)
    return oldest ? String(BigInt(oldest.dynamodb.SequenceNumber) - 1n) : this.newest
  }

  /**
   * The write that appends the record of a change, for the batch that makes the change, and a function to call once that is
   * written; undefined if nothing changes.
   */
  record(change: Change): { write: Write; written: () => void } | undefined {
    const { before, after, byTimeToLive } = change
    if (!before && !after) return undefined
    if (before && after && isSameItem(before, after)) return undefined
    this.written += 1n
    const SequenceNumber = this.newest
    const { viewType } = this.settings
    const showsNew = viewType === 'NEW_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES'
    const showsOld = viewType === 'OLD_IMAGE' || viewType === 'NEW_AND_OLD_IMAGES'
    const images = {
      Keys: this.keysOf((after ?? before) as Item),
      ...(after && showsNew && { NewImage: after }),
      ...(before && showsOld && { OldImage: before }),
    }
    const value: StreamRecord = {
      eventID: randomUUID().replaceAll('-', ''),
      eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: parseArn(this.settings.arn).region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.clock.now() / 1000),
        ...images,
        SequenceNumber,
        SizeBytes: Object.values(images).reduce((sum, image) => sum + itemSize(image), 0),
        StreamViewType: viewType,
      },
      ...(byTimeToLive && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
    }
    return {
      write: { type: 'put', key: recordKey(this.table.name, SequenceNumber), value },
      written: () => {
        for (const listener of this.listeners) listener()
      },
    }
  }

  /** Up to `most` records, the oldest first; with `after`, those that follow this sequence number. */
  async read(after: string | undefined, most: number): Promise<StreamRecord[]> {
    const range = rangeOf(this.table.name)
    const gt = after === undefined ? range.gt : recordKey(this.table.name, after)
    const records: StreamRecord[] = []
    for await (const value of this.db.values({ ...range, gt })) {
      const record = value as StreamRecord
      // Trimming is late by up to an hour.
      if (!this.isTrimmed(record)) records.push(record)
      if (records.length === most) break
    }
    return records
  }

  /** Whether records after this sequence number existed and are trimmed. */
  async hasLostAfter(sequenceNumber: string): Promise<boolean> {
    return sequenceNumber < (await this.horizon())
  }

  /** Resolves when no record is being trimmed. */
  settled(): Promise<void> {
    return this.trimming
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.cancel()
    await this.trimming
  }

  private keysOf(item: Item): Item {
    const { hashKey, rangeKey } = this.table
    const keys = rangeKey === undefined ? [hashKey] : [hashKey, rangeKey]
    return Object.fromEntries(keys.map((key) => [key, item[key] ?? {}]))
  }

  private isTrimmed({ dynamodb }: StreamRecord): boolean {
    return dynamodb.ApproximateCreationDateTime * 1000 + keptMs <= this.clock.now()
  }

  private arm(): void {
    const trimAndArm = () => {
      this.trimming = this.trim().then(() => {
        if (!this.stopped) this.arm()
      })
    }
    this.cancel = this.clock.at(this.clock.now() + hourMs, trimAndArm, { catchesUp: true })
  }

  private async trim(): Promise<void> {
    const { name } = this.table
    for (let more = true; more && !this.stopped; ) {
      const oldest = await this.db.iterator({ ...rangeOf(name), limit: trimmedAtOnce }).all()
      const trimmed = oldest.filter(([, record]) => this.isTrimmed(record as StreamRecord))
      more = trimmed.length === trimmedAtOnce
      if (trimmed.length === 0) return
      // The count outlives the records: sequence numbers never repeat.
      const count: Write = { type: 'put', key: countKey(name), value: String(this.written) }
      await this.db.batch([...trimmed.map(([key]): Write => ({ type: 'del', key })), count])
    }
  }
}

/** Deletes what the streams of tables have left that have none any more. */
export async function dropStreams(db: Database, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) {
    const keys = await db.keys(rangeOf(name)).all()
    if (keys.length > 0) await db.batch(keys.map((key): Write => ({ type: 'del', key })))
  }
}

// Names of tables have no tilde. dynalite's own keys begin with other words.
const recordKey = (table: string, sequenceNumber: string) => `stream-${table}~${sequenceNumber}`
const countKey = (table: string) => `streamed-${table}~`
const rangeOf = (table: string) => ({ gt: `stream-${table}~`, lt: `stream-${table}~\xff` })
const sequenceNumberIn = (key: string) => key.slice(key.lastIndexOf('~') + 1)
const numberAfter = (count: bigint) => String(numberOfFirst + count)
const countOf = (sequenceNumber: string) => BigInt(sequenceNumber) - numberOfFirst
