import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Clock } from '../../core/clock.ts'
import { parseJson } from '../../core/json.ts'
import type { Action } from '../../core/service.ts'
import type { EventBus, StackModel } from '../../core/stack-model.ts'
import { jsonAction, number, text, validationError, whole } from '../../gateway/input.ts'
import { Pagination } from '../../gateway/pagination.ts'
import type { Event } from './event.ts'

const mostEntries = 10
// One mebibyte, for all entries of a request together.
const longestBytes = 1_048_576
// A time, as EventBridge counts it.
const timeBytes = 14

const Entry = v.object({
  Source: v.optional(v.string()),
  DetailType: v.optional(v.string()),
  Detail: v.optional(v.string()),
  EventBusName: v.optional(text(1, 1600)),
  Resources: v.optional(v.array(v.string()), []),
  /** Seconds since 1970. */
  Time: v.optional(number),
  TraceHeader: v.optional(text(1, 500)),
})
type Entry = v.InferOutput<typeof Entry>

/** The bus that a name or an ARN names. */
const busNamed = (nameOrArn: string): string => nameOrArn.replace(/^arn:aws:events:.*:event-bus\//, '')

/**
 * PutEvents and the actions that name buses.
 * - `put`: receives the events of a request, each with the name of its bus. They are durable when it resolves.
 */
export function busActions({
  stack: { region, accountId, eventBuses },
  clock,
  put,
  log,
}: {
  stack: Pick<StackModel, 'region' | 'accountId' | 'eventBuses'>
  clock: Pick<Clock, 'now'>
  put: (events: { event: Event; bus: string }[]) => Promise<void>
  log: (line: string) => void
}): Record<string, Action> {
  const arnOf = (name: string) => `arn:aws:events:${region}:${accountId}:event-bus/${name}`
  const buses: EventBus[] = [{ name: 'default', arn: arnOf('default') }, ...eventBuses]
  const startedAt = new Date(clock.now())
  const described = ({ name, arn }: EventBus) => ({
    ...{ Name: name, Arn: arn, CreationTime: startedAt, LastModifiedTime: startedAt },
  })
  const eventOf = ({ Source = '', DetailType = '', Detail = '', Resources, Time }: Entry): Event => ({
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: accountId,
    time: new Date(Time === undefined ? clock.now() : Time * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: Resources,
    detail: JSON.parse(Detail),
  })

  return {
    PutEvents: jsonAction(v.object({ Entries: v.array(Entry) }), async ({ Entries }) => {
      if (Entries.length === 0 || Entries.length > mostEntries) {
        const limit = Entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${mostEntries}`
        throw validationError('ValidationException', [
          `Value '[${Entries.length} entries]' at 'entries' failed to satisfy constraint: Member must have length ${limit}`,
        ])
      }
      if (Entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > longestBytes) {
        throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.')
      }
      const accepted: { event: Event; bus: string }[] = []
      const answers = Entries.map((entry) => {
        const fault = faultIn(entry)
        if (fault) return fault
        const event = eventOf(entry)
        const bus = busNamed(entry.EventBusName ?? 'default')
        accepted.push({ event, bus })
        // AWS was recorded to accept it all the same.
        if (!buses.some(({ name }) => name === bus))
          log(`EventBridge drops event ${event.id}: there is no event bus ${bus}.`)
        return { EventId: event.id }
      })
      await put(accepted)
      return { FailedEntryCount: Entries.length - accepted.length, Entries: answers }
    }),

    DescribeEventBus: jsonAction(v.object({ Name: v.optional(text(1, 1600), 'default') }), async ({ Name }) => {
      const bus = buses.find(({ name }) => name === busNamed(Name))
      if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${busNamed(Name)} does not exist.`)
      return described(bus)
    }),

    ListEventBuses: jsonAction(
      v.object({
        NamePrefix: v.optional(text(1, 256)),
        Limit: v.optional(whole(1, 100), 100),
        NextToken: v.optional(text(1, 2048)),
      }),
      async ({ NamePrefix, Limit, NextToken }) => {
        const all = buses.filter(({ name }) => name.startsWith(NamePrefix ?? ''))
        const page = pagination.page(['ListEventBuses', NamePrefix], all, { size: Limit, token: NextToken })
        return { EventBuses: page.items.map(described), NextToken: page.next }
      },
    ),
  }
}

const pagination = new Pagination('ValidationException', 'NextToken is not valid.')

const bytesOf = ({ Source = '', DetailType = '', Detail = '', Resources, Time }: Entry): number =>
  [Source, DetailType, Detail, ...Resources].reduce((sum, one) => sum + Buffer.byteLength(one), 0) +
  (Time === undefined ? 0 : timeBytes)

/** What is wrong with an entry, in the words that were recorded from AWS. */
function faultIn(entry: Entry): { ErrorCode: string; ErrorMessage: string } | undefined {
  const missing = (['Source', 'DetailType', 'Detail'] as const).find((name) => !entry[name])
  if (missing) {
    const reason = `${missing} is a required argument.`
    return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${missing} is not valid. Reason: ${reason}` }
  }
  if (entry.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' }
  }
  return isObject(entry.Detail ?? '')
    ? undefined
    : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
}

function isObject(json: string): boolean {
  try {
    const value = parseJson(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
