import * as v from 'valibot'
import { AwsError } from '../../../core/aws-error.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Action } from '../../../core/service.ts'
import { type StreamRecord, shardId } from '../../../core/stream-record.ts'
import { jsonAction, oneOf, text, whole } from '../../../gateway/input.ts'
import { type List, Pagination } from '../../../gateway/pagination.ts'
import type { Stream } from './stream.ts'

const streamArn = text(37, 1024)
const sequenceNumber = text(21, 40)
const mostRecords = 1000
// AWS answers with at most 1 MB.
const longestBytes = 1_000_000
const iteratorLastsMs = 15 * 60_000
const iterators = new Pagination('ValidationException', 'Invalid ShardIterator')

/**
 * The actions of DynamoDB Streams.
 * - `streams`: by the name of the table.
 * - `createdAt`: when the streams were created, which only clients ask for.
 */
export function streamActions(
  streams: ReadonlyMap<string, Stream>,
  clock: Pick<Clock, 'now'>,
  createdAt: number,
): Record<string, Action> {
  const streamOf = (arn: string): Stream =>
    [...streams.values()].find(({ settings }) => settings.arn === arn) ?? missing(`Stream: ${arn} not found`)
  const iteratorOf = (stream: Stream, after: string | undefined) => {
    const { arn } = stream.settings
    return `${arn}|1|${iterators.tokenOf(listOf(arn), `${clock.now()} ${after ?? ''}`)}`
  }

  return {
    ListStreams: jsonAction(
      v.object({
        TableName: v.optional(text(1, 1024)),
        Limit: v.optional(whole(1, 100), 100),
        ExclusiveStartStreamArn: v.optional(streamArn),
      }),
      async ({ TableName, Limit, ExclusiveStartStreamArn: start }) => {
        const all = [...streams.values()].filter(({ table }) => [undefined, table.name, table.arn].includes(TableName))
        const from = start === undefined ? 0 : all.findIndex(({ settings }) => settings.arn === start) + 1
        const page = all.slice(from, from + Limit)
        const isLast = from + Limit >= all.length
        return {
          Streams: page.map(({ table, settings }) => ({
            StreamArn: settings.arn,
            TableName: table.name,
            StreamLabel: settings.label,
          })),
          ...(!isLast && { LastEvaluatedStreamArn: page.at(-1)?.settings.arn }),
        }
      },
    ),

    DescribeStream: jsonAction(
      v.object({
        StreamArn: streamArn,
        Limit: v.optional(whole(1, 100)),
        ExclusiveStartShardId: v.optional(text(28, 65)),
        ShardFilter: v.optional(v.looseObject({})),
      }),
      async ({ StreamArn, ExclusiveStartShardId, ShardFilter }) => {
        const stream = streamOf(StreamArn)
        const { table, settings } = stream
        const keys = [table.hashKey, ...(table.rangeKey === undefined ? [] : [table.rangeKey])]
        const [oldest] = await stream.read(undefined, 1)
        const shard = {
          ShardId: shardId,
          SequenceNumberRange: { StartingSequenceNumber: oldest?.dynamodb.SequenceNumber ?? stream.newest },
        }
        return {
          StreamDescription: {
            StreamArn,
            StreamLabel: settings.label,
            StreamStatus: 'ENABLED',
            StreamViewType: settings.viewType,
            CreationRequestDateTime: new Date(createdAt),
            TableName: table.name,
            KeySchema: keys.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
            // The one shard has no child.
            Shards: ExclusiveStartShardId === shardId || ShardFilter ? [] : [shard],
          },
        }
      },
    ),

    GetShardIterator: jsonAction(
      v.object({
        StreamArn: streamArn,
        ShardId: text(28, 65),
        ShardIteratorType: oneOf(['TRIM_HORIZON', 'LATEST', 'AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']),
        SequenceNumber: v.optional(sequenceNumber),
      }),
      async ({ StreamArn, ShardId, ShardIteratorType, SequenceNumber }) => {
        const stream = streamOf(StreamArn)
        if (ShardId !== shardId) return missing(`Shard: ${ShardId} in Stream: ${StreamArn} not found`)
        const after = await positionOf(stream, ShardIteratorType, SequenceNumber)
        return { ShardIterator: iteratorOf(stream, after) }
      },
    ),

    GetRecords: jsonAction(
      v.object({ ShardIterator: text(1, 2048), Limit: v.optional(whole(1, mostRecords), mostRecords) }),
      async ({ ShardIterator, Limit }) => {
        const [arn = '', , token = ''] = ShardIterator.split('|')
        const [atMs = '', after = ''] = (iterators.positionOf(listOf(arn), token) ?? '').split(' ')
        const stream = streamOf(arn)
        if (Number(atMs) + iteratorLastsMs < clock.now()) {
          const fault = `The iterator has expired: it was returned more than ${iteratorLastsMs / 60_000} minutes ago.`
          throw new AwsError('ExpiredIteratorException', fault)
        }
        if (after !== '' && (await stream.hasLostAfter(after))) throw trimmed()
        const read = fitting(await stream.read(after === '' ? undefined : after, Limit))
        const position = read.at(-1)?.dynamodb.SequenceNumber ?? (after === '' ? undefined : after)
        return { Records: read.map(asClientsReadIt), NextShardIterator: iteratorOf(stream, position) }
      },
    ),
  }
}

const listOf = (arn: string): List => ['GetRecords', arn]

/** The sequence number after which an iterator begins; undefined for the oldest record. */
async function positionOf(stream: Stream, type: string, given: string | undefined): Promise<string | undefined> {
  if (type === 'TRIM_HORIZON') return undefined
  if (type === 'LATEST') return stream.newest
  if (given === undefined) {
    throw new AwsError('ValidationException', `SequenceNumber must be provided for ShardIteratorType ${type}`)
  }
  if (!/^1\d{20}$/.test(given) || given > stream.newest) {
    throw new AwsError('ValidationException', `Invalid SequenceNumber: ${given}`)
  }
  const after = type === 'AFTER_SEQUENCE_NUMBER' ? given : String(BigInt(given) - 1n)
  if (await stream.hasLostAfter(after)) throw trimmed()
  return after
}

/** The records that fit into one response; at least one. */
function fitting(records: StreamRecord[]): StreamRecord[] {
  let bytes = 0
  const beyond = records.findIndex((record, index) => {
    bytes += record.dynamodb.SizeBytes
    return index > 0 && bytes > longestBytes
  })
  return beyond < 0 ? records : records.slice(0, beyond)
}

/** A record as the API returns it: other than in the events of functions, the identity has capital letters. */
function asClientsReadIt({ userIdentity, ...record }: StreamRecord): object {
  const { type: Type, principalId: PrincipalId } = userIdentity ?? {}
  return { ...record, ...(userIdentity && { userIdentity: { PrincipalId, Type } }) }
}

function trimmed(): AwsError {
  return new AwsError(
    'TrimmedDataAccessException',
    'Attempted access to trimmed data: records are kept for 24 hours. Use the iterator type TRIM_HORIZON.',
  )
}

function missing(what: string): never {
  throw new AwsError('ResourceNotFoundException', `Requested resource not found: ${what}`)
}
