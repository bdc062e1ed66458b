import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { customersTable } from '@confirmation-reminder/contracts/customers-table'

/** A call that a handler made, without its signature: enough to make it again. */
export interface Call {
  action: string
  headers: Record<string, string>
  body: string
}

/** Items of DynamoDB by their customer's id. */
export type Items = ReadonlyMap<string, Item>
export type Item = Record<string, Record<string, unknown>>

/**
 * The few actions of AWS that functions and their peers call, always answered in the same way and at once: what a measured process
 * does must depend on nothing but its code. Unlike the local cloud it checks nothing.
 */
export interface AwsStub {
  url: string
  /** What was called since the start, in this order. */
  calls: Call[]
  /** What the table of customers has now. */
  items: Map<string, Item>
  stop(): Promise<void>
}

interface Input {
  Key: Item
  Item: Item
  Entries: unknown[]
}

/** Starts a stub on a free port of this machine, with items that are there already. */
export async function startAwsStub(before: Items = new Map()): Promise<AwsStub> {
  const items = new Map(before)
  const calls: Call[] = []
  const keyOf = (item: Item) => String(item[customersTable.hashKey]?.S)
  const json: Record<string, (input: Input) => object> = {
    GetItem: ({ Key }) => ({ Item: items.get(keyOf(Key)) }),
    PutItem: ({ Item }) => {
      items.set(keyOf(Item), Item)
      return {}
    },
    // The counters of functions: this is the first registration of its source, and the first failed run of its window.
    UpdateItem: () => ({ Attributes: { attempts: { N: '1' }, runs: { N: '1' } } }),
    StartExecution: () => ({ executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:m:e', startDate: 1.8e9 }),
    GetExecutionHistory: () => ({
      events: [{ id: 1, type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'TriggerNotification' } }],
    }),
    PutEvents: ({ Entries }) => ({
      FailedEntryCount: 0,
      Entries: Entries.map((_, index) => ({ EventId: `${index}` })),
    }),
  }
  const xml = ['SendEmail', 'SendRawEmail', 'Publish']

  const server = createServer(async (request, response) => {
    const body = await text(request)
    const { 'content-type': type = '', 'x-amz-target': target } = request.headers
    const action = String(target ?? new URLSearchParams(body).get('Action')).replace(/^.*\./, '')
    calls.push({ action, headers: { 'content-type': type, ...(target && { 'x-amz-target': `${target}` }) }, body })
    const answer = json[action]
    if (answer) {
      response.setHeader('content-type', type).end(JSON.stringify(answer(JSON.parse(body))))
    } else if (xml.includes(action)) {
      const result = `<${action}Response><${action}Result><MessageId>m</MessageId></${action}Result></${action}Response>`
      response.setHeader('content-type', 'text/xml').end(result)
    } else {
      // A client does not repeat a call that was wrong, so that the row fails at once.
      response.writeHead(400, { 'content-type': type }).end(JSON.stringify({ __type: 'NotInStub', message: action }))
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    items,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
