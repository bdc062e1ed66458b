import { GetSendQuotaCommand, SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { progressOn } from '@confirmation-reminder/cli/terminal/progress'
import { concurrently } from '../concurrently.ts'
import { LocalCloud } from '../local-cloud.ts'
import type { Figure } from './figure.ts'
import { usedBy } from './process-of.ts'

const polls = 20
const few = 200

/** What the console and functions ask again and again: once with few mails stored, once with many. */
export async function* measurePolls({ mails }: { mails: number }): AsyncGenerator<Figure> {
  const cloud = await LocalCloud.start()
  const ses = new SESClient(cloud.client)
  try {
    await send(cloud, ses, 0, few)
    const withFew = await measure(cloud, ses)
    await send(cloud, ses, few, mails)
    const withMany = await measure(cloud, ses)
    for (const [index, { what, cpuMs, kilobytes }] of withMany.entries()) {
      const before = withFew[index]?.cpuMs ?? Number.NaN
      yield {
        what: `${what} with ${mails} mails`,
        measured: `${cpuMs.toFixed(1)} ms of CPU, ${kilobytes.toFixed(0)} KB: ${(cpuMs / before).toFixed(1)} times the CPU with ${few} mails`,
      }
    }
  } finally {
    ses.destroy()
    await cloud.dispose()
  }
}

async function send(cloud: LocalCloud, ses: SESClient, from: number, to: number): Promise<void> {
  const bar = progressOn(process.stderr)
  let sent = from
  const numbers = Array.from({ length: to - from }, (_, n) => n)
  await concurrently(numbers, 16, async () => {
    await ses.send(new SendEmailCommand(mail(sent)))
    sent += 1
    bar.show(`${sent} of ${to} mails`)
  })
  bar.end()
  // What follows a mail is done before anything is measured.
  await cloud.skip(0)
}

const mail = (n: number) => ({
  Source: 'hello@dev.example.com',
  Destination: { ToAddresses: [`customer-${n}@example.com`] },
  Message: { Subject: { Data: 'A mail of usual size' }, Body: { Text: { Data: 'x'.repeat(2_000) } } },
})

async function measure(cloud: LocalCloud, ses: SESClient) {
  const asked = {
    '`GET /_local/mails`': async () => (await (await fetch(`${cloud.cloudUrl}/_local/mails`)).arrayBuffer()).byteLength,
    GetSendQuota: async () => JSON.stringify(await ses.send(new GetSendQuotaCommand())).length,
  }
  const results: { what: string; cpuMs: number; kilobytes: number }[] = []
  for (const [what, ask] of Object.entries(asked)) {
    await ask()
    const before = usedBy(cloud.pid).cpuSeconds
    let bytes = 0
    for (let poll = 0; poll < polls; poll++) bytes = await ask()
    const cpuMs = ((usedBy(cloud.pid).cpuSeconds - before) * 1000) / polls
    results.push({ what, cpuMs, kilobytes: bytes / 1000 })
  }
  return results
}
