import * as v from 'valibot'
import { customersTable } from './customers-table.ts'

const Item = v.record(v.string(), v.unknown())

/** A change of an item of the customers' table, as Lambda passes it from the table's stream. */
export const ChangeRecord = v.object({
  eventName: v.picklist(['INSERT', 'MODIFY', 'REMOVE']),
  /** Who changed it, if it was DynamoDB's own deletion of an expired item. */
  userIdentity: v.optional(v.object({ type: v.string(), principalId: v.string() })),
  dynamodb: v.object({
    Keys: v.object({ [customersTable.hashKey]: v.object({ S: v.string() }) }),
    OldImage: v.optional(Item),
    NewImage: v.optional(Item),
    SequenceNumber: v.string(),
  }),
})
export type ChangeRecord = v.InferOutput<typeof ChangeRecord>

/** The event with which Lambda invokes the function for changes of customers. */
export const Changes = v.object({ Records: v.array(ChangeRecord) })
export type Changes = v.InferOutput<typeof Changes>
