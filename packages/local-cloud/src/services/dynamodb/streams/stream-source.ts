import { randomUUID } from 'node:crypto'
import { AwsError } from '../../../core/aws-error.ts'
import { failuresIn } from '../../../core/batch-item-failures.ts'
import type { Clock } from '../../../core/clock.ts'
import { Gathering } from '../../../core/gathering.ts'
import type { Invocation, Invoke } from '../../../core/service.ts'
import type { StreamMapping } from '../../../core/stack-model.ts'
import type { Store } from '../../../core/store.ts'
import { type StreamRecord, shardId } from '../../../core/stream-record.ts'
import type { Stream } from './stream.ts'

// AWS reads a shard four times a second.
const gatheringMs = 250
// AWS documents that Lambda waits longer each time, not how long.
const firstRetryMs = 1000
const longestRetryMs = 5 * 60_000
/** The longest payload of an invocation is 6 MB. */
const longestBatchBytes = 6_000_000

/** How far a mapping is. It is durable: a restart continues there. */
interface Progress {
  /** The sequence number of the last record that succeeded or was discarded. */
  after: string
  /** The last record of the batch that is retried, if one is. */
  until?: string
  /** How often the function has failed on the first record of that batch. */
  failed: number
}

/** What Lambda reports about the last invocation of a discarded batch. */
interface Response {
  requestId: string
  context: { statusCode: number; executedVersion: string | null; functionError: string | null } | null
}

/** What a source needs of the other services. */
export interface Around {
  store: Store
  clock: Clock
  invoke: Invoke
  /** Sends a report on discarded records to a queue or a topic, in the role of the function. */
  discarded: (destinationArn: string, body: string, functionArn: string) => Promise<void>
  /** Learns of each batch how old its last record is. */
  measured: (functionArn: string, ageMs: number) => Promise<void>
  log: (line: string) => void
}

/**
 * Lambda's poller of a stream: invokes the function with batches of records, in their order and one at a time. The position
 * moves only after the function has succeeded, or after the destination of discarded records has the report.
 */
export class StreamSource {
  private underWay: Promise<void> | undefined
  private readonly gathering = new Gathering()
  private isNew = false
  private stopped = false
  /** Ends the wait for the next attempt, if there is one. */
  private retry: (() => void) | undefined
  /** How often in a row Lambda could not deliver. */
  private refused = 0
  private window: (() => void) | undefined
  private windowEndMs = 0
  private last: Response = { requestId: randomUUID(), context: null }

  private constructor(
    private readonly mapping: StreamMapping,
    private readonly stream: Stream,
    private readonly around: Around,
    private readonly rows: ReturnType<typeof rowsIn>,
    private progress: Progress,
  ) {}

  /** Reads how far the mapping is. A new one begins at its starting position, which is durable when this resolves. */
  static async open(mapping: StreamMapping, stream: Stream, around: Around): Promise<StreamSource> {
    const rows = rowsIn(around.store)
    let progress = await rows.get(keyOf(mapping))
    if (!progress) {
      const after = mapping.startingPosition === 'LATEST' ? stream.newest : await stream.horizon()
      progress = { after, failed: 0 }
      await rows.put(keyOf(mapping), progress)
    }
    return new StreamSource(mapping, stream, around, rows, progress)
  }

  start(): void {
    this.stream.onRecord(() => {
      this.isNew = true
      this.poll()
    })
    this.poll()
  }

  /** Resolves when no record is left that the function can have now. */
  async settled(): Promise<void> {
    while (this.underWay) {
      this.gathering.end()
      await this.underWay
    }
  }

  stop(): void {
    this.stopped = true
    this.gathering.end()
    this.retry?.()
    this.window?.()
  }

  private poll(): void {
    if (this.stopped || this.underWay || this.retry) return
    this.underWay = this.work()
      .catch((error: unknown) => {
        if (this.stopped) return
        this.around.log(`${this.mapping.name}: ${(error as Error).stack ?? error}`)
        this.tryLater()
      })
      .finally(() => {
        this.underWay = undefined
        if (this.isNew) this.poll()
      })
  }

  private async work(): Promise<void> {
    if (this.mapping.windowSeconds === 0) await this.gathering.wait(gatheringMs)
    while (!this.stopped && !this.retry) {
      this.isNew = false
      const records = await this.next()
      if (records.length === 0 || !this.isFull(records)) return
      await this.deliver(records)
    }
  }

  /** The records of the next batch. */
  private async next(): Promise<StreamRecord[]> {
    const { after, until } = this.progress
    const read = await this.stream.read(after, this.mapping.batchSize)
    const [first] = read
    const lost = first ? BigInt(numberOf(first)) - BigInt(after) - 1n : 0n
    if (lost > 0n) {
      this.around.log(`${this.mapping.name}: ${lost} records are lost, because the stream keeps them for 24 hours.`)
    }
    const retried = until === undefined ? read : read.filter((record) => numberOf(record) <= until)
    // All that was retried may be trimmed.
    const wanted = retried.length > 0 ? retried : read
    let bytes = 0
    const beyond = wanted.findIndex((record, index) => {
      bytes += Buffer.byteLength(JSON.stringify(record))
      return index > 0 && bytes > longestBatchBytes
    })
    return beyond < 0 ? wanted : wanted.slice(0, beyond)
  }

  /** Whether a batch need not wait any more: it is full, it is retried, or its window has ended. */
  private isFull(records: readonly StreamRecord[]): boolean {
    const { batchSize, windowSeconds } = this.mapping
    const { clock } = this.around
    const waits = windowSeconds > 0 && records.length < batchSize && this.progress.until === undefined
    if (!waits || (this.windowEndMs > 0 && this.windowEndMs <= clock.now())) {
      this.window?.()
      this.window = undefined
      this.windowEndMs = 0
      return true
    }
    if (this.window) return false
    this.windowEndMs = clock.now() + windowSeconds * 1000
    this.window = clock.at(this.windowEndMs, () => {
      this.window = undefined
      // Also where this happens within a poll that has just found the window open.
      this.isNew = true
      this.poll()
    })
    return false
  }

  private async deliver(records: readonly StreamRecord[]): Promise<void> {
    const { clock, invoke, measured } = this.around
    const { functionArn, maximumRecordAgeSeconds = Infinity, reportsFailures } = this.mapping
    const isOld = (record: StreamRecord) => createdMs(record) + maximumRecordAgeSeconds * 1000 < clock.now()
    const young = records.findIndex((record) => !isOld(record))
    if (young !== 0) return await this.discard(young < 0 ? records : records.slice(0, young), 'RecordAgeExceeded')
    await measured(functionArn, Math.max(0, clock.now() - createdMs(records.at(-1) as StreamRecord)))
    const eventSourceARN = this.mapping.streamArn
    const payload = JSON.stringify({ Records: records.map((record) => ({ ...record, eventSourceARN })) })
    let answer: Invocation
    try {
      answer = await invoke(functionArn, payload)
    } catch (error) {
      if (!this.stopped) this.tryLater(`did not take ${records.length} records: ${(error as Error).message}`)
      if (error instanceof AwsError) {
        const context = { statusCode: error.statusCode, executedVersion: null, functionError: null }
        this.last = { requestId: randomUUID(), context }
      }
      return
    }
    if (this.stopped) return
    this.last = responseOf(answer)
    if (answer.functionError) return await this.fail(records, 0, `failed with ${answer.payload}`)
    const failed = reportsFailures ? failuresIn(answer.payload, records.map(identified)) : new Set<string>()
    const first = records.findIndex((record) => failed.has(numberOf(record)))
    if (first >= 0) return await this.fail(records, first, `reports ${failed.size} of ${records.length} as failed`)
    this.refused = 0
    await this.moveAfter(records)
  }

  /** - `first`: the index of the first record that failed. Those before it have succeeded. */
  private async fail(records: readonly StreamRecord[], first: number, why: string): Promise<void> {
    const { bisects, maximumRetryAttempts = Infinity } = this.mapping
    const rest = records.slice(first)
    const before = records[first - 1]
    const until = numberOf(rest.at(-1) as StreamRecord)
    const after = before ? numberOf(before) : this.progress.after
    if (bisects && (before || rest.length > 1)) {
      // The documentation of AWS: a split uses up no attempt. After a partial success, the batch is split there.
      const half = rest[Math.floor(rest.length / 2) - 1]
      const failed = before ? 0 : this.progress.failed
      await this.move({ after, until: before || !half ? until : numberOf(half), failed })
      this.around.log(`${this.mapping.name}: ${this.mapping.functionArn} ${why}. The batch is split.`)
      return
    }
    const failed = before ? 1 : this.progress.failed + 1
    await this.move({ after, until, failed })
    if (failed > maximumRetryAttempts) {
      this.around.log(`${this.mapping.name}: ${this.mapping.functionArn} ${why}.`)
      return await this.discard(rest, 'RetryAttemptsExhausted')
    }
    this.tryLater(why)
  }

  /** Gives up records: the destination has the report before the position moves. */
  private async discard(records: readonly StreamRecord[], condition: string): Promise<void> {
    const { clock, discarded, log } = this.around
    const { name, functionArn, streamArn, onFailureArn } = this.mapping
    const [first, last] = [records[0], records.at(-1)] as [StreamRecord, StreamRecord]
    const body = {
      requestContext: {
        requestId: this.last.requestId,
        functionArn,
        condition,
        approximateInvokeCount: this.progress.failed,
      },
      responseContext: this.last.context,
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId,
        startSequenceNumber: numberOf(first),
        endSequenceNumber: numberOf(last),
        approximateArrivalOfFirstRecord: inSeconds(createdMs(first)),
        approximateArrivalOfLastRecord: inSeconds(createdMs(last)),
        batchSize: records.length,
        streamArn,
      },
    }
    if (onFailureArn !== undefined) await discarded(onFailureArn, JSON.stringify(body), functionArn)
    log(
      `${name}: ${records.length} records are discarded (${condition}). ${onFailureArn ?? 'No destination'} has the report.`,
    )
    this.refused = 0
    await this.moveAfter(records)
  }

  private moveAfter(records: readonly StreamRecord[]): Promise<void> {
    return this.move({ after: numberOf(records.at(-1) as StreamRecord), failed: 0 })
  }

  private async move(progress: Progress): Promise<void> {
    await this.rows.put(keyOf(this.mapping), progress)
    this.progress = progress
  }

  private tryLater(why?: string): void {
    const { clock, log } = this.around
    const delayMs = Math.min(firstRetryMs * 2 ** this.refused, longestRetryMs)
    this.refused += 1
    if (why)
      log(`${this.mapping.name}: ${this.mapping.functionArn} ${why}. The next attempt is in ${delayMs / 1000} s.`)
    this.retry = clock.at(clock.now() + delayMs, () => {
      this.retry = undefined
      this.isNew = true
      this.poll()
    })
  }
}

const rowsIn = (store: Store) => store.sublevel<string, Progress>('stream-mappings', { valueEncoding: 'json' })
const keyOf = ({ name, streamArn }: StreamMapping) => `${name} ${streamArn}`

const numberOf = ({ dynamodb }: StreamRecord) => dynamodb.SequenceNumber
const identified = (record: StreamRecord) => ({ id: numberOf(record) })
const createdMs = ({ dynamodb }: StreamRecord) => dynamodb.ApproximateCreationDateTime * 1000
const inSeconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

function responseOf({ logTail, executedVersion, functionError }: Invocation): Response {
  const requestId = /RequestId: ([0-9a-f-]{36})/.exec(logTail)?.[1] ?? randomUUID()
  return { requestId, context: { statusCode: 200, executedVersion, functionError: functionError ?? null } }
}
