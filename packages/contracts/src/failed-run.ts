import * as v from 'valibot'

const text = v.pipe(v.string(), v.nonEmpty('is empty'))

/** How a run can end badly. */
export const badEndings = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const
export type BadEnding = (typeof badEndings)[number]

/** The event from EventBridge: the part of a "Step Functions Execution Status Change" that is read. */
export const FailedRunEvent = v.object({
  detail: v.object({
    executionArn: text,
    name: text,
    status: v.picklist(badEndings),
    /** Milliseconds since 1970. */
    stopDate: v.number(),
    error: v.nullish(v.string()),
    cause: v.nullish(v.string()),
  }),
})
export type FailedRunEvent = v.InferOutput<typeof FailedRunEvent>
