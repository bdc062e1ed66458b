import type { StreamViewType } from './stack-model.ts'

type Item = Record<string, object>

/** A record of a stream of DynamoDB, as functions receive it, without the ARN of the stream. */
export interface StreamRecord {
  eventID: string
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  eventVersion: '1.1'
  eventSource: 'aws:dynamodb'
  awsRegion: string
  dynamodb: {
    /** Seconds since 1970, by the clock of the local cloud, rounded down. */
    ApproximateCreationDateTime: number
    Keys: Item
    NewImage?: Item
    OldImage?: Item
    SequenceNumber: string
    SizeBytes: number
    StreamViewType: StreamViewType
  }
  /** Only if DynamoDB deleted the item itself, because it had expired. */
  userIdentity?: { type: 'Service'; principalId: 'dynamodb.amazonaws.com' }
}

/** The one shard of each stream: here no stream is large enough for another. */
export const shardId = 'shardId-00000001767225600000-00000000'
