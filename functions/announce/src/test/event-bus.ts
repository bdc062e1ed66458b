import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** An entry of PutEvents, as the SDK sends it. */
export interface Entry {
  EventBusName: string
  Source: string
  DetailType: string
  Detail: string
  Time: number
}

/** EventBridge's PutEvents over HTTP: it accepts everything, unless a test says otherwise. */
export async function startEventBus() {
  const requests: Entry[][] = []
  const bus = {
    requests,
    /** The error code of an entry, by its place among all entries so far; undefined if it is accepted. */
    refuses: (_place: number): string | undefined => undefined,
    /** The HTTP status of the next answers. */
    status: 200,
    url: '',
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
  const server = createServer(async (request, response) => {
    const { Entries } = (await json(request)) as { Entries: Entry[] }
    const before = requests.flat().length
    requests.push(Entries)
    response.writeHead(bus.status, { 'content-type': 'application/x-amz-json-1.1' })
    if (bus.status !== 200) return response.end(JSON.stringify({ __type: 'InternalException' }))
    const answers = Entries.map((_, index) => {
      const ErrorCode = bus.refuses(before + index)
      return ErrorCode ? { ErrorCode, ErrorMessage: 'Try again.' } : { EventId: `event-${before + index}` }
    })
    const FailedEntryCount = answers.filter(({ ErrorCode }) => ErrorCode).length
    return response.end(JSON.stringify({ FailedEntryCount, Entries: answers }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  bus.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return bus
}
