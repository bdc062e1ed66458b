import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { dataFolders } from '../../core/data-folder.ts'
import { DurableClock } from '../../core/durable-clock.ts'
import { openStore } from '../../core/store.ts'
import { Mailbox } from '../../services/ses/mailbox.ts'
import { startStates } from '../../services/step-functions/states.ts'

/*
 * Fills the data folder of a local cloud that is stopped, to see how the console does with it:
 * node --import tsx packages/local-cloud/src/console/test/fill.ts <data folder> [runs] [mails]
 * Every run has a customer of its own; the first of them get a mail. Of a hundred runs, the last ones have ended: two
 * succeeded, and one failed.
 */

const [folder = '', runs = '100000', mails = '20000'] = process.argv.slice(2)
const name = 'confirmation-reminder'
const arn = `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`
const sent = { Type: 'Pass', Result: { outcome: 'sent' }, End: true }
const failed = Math.floor(Number(runs) / 100)
/** The state machine is deployed with each of these definitions in turn. */
const deployed: [number, object][] = [
  [
    Number(runs) - 3 * failed,
    { Wait: { Type: 'Wait', Seconds: 86_400, Next: 'TriggerNotification' }, TriggerNotification: sent },
  ],
  [2 * failed, { TriggerNotification: sent }],
  [failed, { TriggerNotification: { Type: 'Fail', Error: 'MailRefused' } }],
]
const store = await openStore(join(folder, dataFolders.store))
const clock = await DurableClock.open(store)
const mailbox = await Mailbox.open(store, clock)
// As long as those that the product sends.
const html = `<p>Hello</p>${'<p>This is a paragraph of a mail.</p>'.repeat(150)}`
let number = 0
for (const [count, states] of deployed) {
  const service = await startStates({
    ...{ store, clock, log: () => {} },
    machines: [
      {
        ...{ arn, name, type: 'STANDARD', tracing: false, logging: undefined },
        roleArn: 'arn:aws:iam::000000000000:role/confirmation-reminder',
        definition: JSON.stringify({ StartAt: Object.keys(states)[0], States: states }),
      },
    ],
    invoke: async (_, payload) => ({ payload, logTail: '', executedVersion: '1' }),
  })
  for (let begun = 0; begun < count; begun += 200) {
    await Promise.all(
      Array.from({ length: Math.min(200, count - begun) }, async () => {
        const [own, customerId, traceId] = [number++, randomUUID(), randomUUID()]
        const input = JSON.stringify({ customerId, traceId })
        await service.actions.StartExecution?.({
          ...{ stateMachineArn: arn, name: `${customerId}_${traceId}`, input },
        } as never)
        if (own >= Number(mails)) return
        const to = [`customer-${own}@example.com`]
        const subject = 'Please confirm your email address'
        const text = 'This is a line of a mail.\n'.repeat(50)
        const tags = { customer: customerId }
        await mailbox.accept(() => ({ from: 'hello@dev.example.com', to, subject, text, html, headers: {}, tags }))
      }),
    )
  }
  await service.stop()
}
clock.stop()
await store.close()
