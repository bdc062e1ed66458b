import { randomUUID } from 'node:crypto'
import type { LiveEvents, LiveKind } from '@confirmation-reminder/console/api'

/*
 * Measures how long a change takes to reach a page of the console, with a local cloud that runs on this machine and has not skipped:
 * node --import tsx packages/local-cloud/src/console/test/measure-live.ts [registrations] [URL of the local cloud]
 * A change is a mail that SES accepts, or a line that a function writes: their rows have the time at which they were stored.
 */

const [count = '300', cloud = 'http://127.0.0.1:4566'] = process.argv.slice(2)
const kinds: readonly LiveKind[] = ['mails', 'logs']
const delays = new Map<LiveKind, number[]>(kinds.map((kind) => [kind, []]))
const get = async (path: string) => (await fetch(`${cloud}/_local/${path}`)).json()

const { offsetSeconds } = (await get('console/clock')) as { offsetSeconds: number }
if (offsetSeconds > 0) throw new Error('The clock was skipped: start the local cloud with another data folder.')
const { apiUrl } = (await get('console/home')) as { apiUrl: string }

const events = await fetch(`${cloud}/_local/events`)
const listening = listen(events)
const answered: number[] = []
for (let n = 0; n < Number(count); n += 1) {
  const began = Date.now()
  const email = `measured-${randomUUID()}@example.com`
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${apiUrl}/registrations`, { method: 'POST', headers, body: JSON.stringify({ email }) })
  if (answer.status !== 202) throw new Error(`The API answers ${answer.status}: ${await answer.text()}`)
  answered.push(Date.now() - began)
}
// The last changes go out within a quarter of a second.
setTimeout(() => process.exit(), 1000)
process.on('exit', () => {
  console.log(`${count} registrations, each answered in ${summary(answered)}`)
  for (const [kind, all] of delays) console.log(`${all.length} ${kind}, from change to event ${summary(all)}`)
})
await listening

async function listen({ body }: Response): Promise<void> {
  if (!body) throw new Error('There are no events.')
  let text = ''
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const nowMs = Date.now()
    text += part
    const messages = text.split('\n\n')
    text = messages.pop() ?? ''
    for (const message of messages) {
      const [, kind, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? []
      const known = delays.get(kind as LiveKind)
      if (!known || !data) continue
      const { rows } = JSON.parse(data) as LiveEvents['mails' | 'logs']
      known.push(...rows.map(({ at }) => nowMs - Date.parse(at)))
    }
  }
}

function summary(ms: number[]): string {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return `${at(0.5)} ms (median), ${at(0.99)} ms (p99)`
}
