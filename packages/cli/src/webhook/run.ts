import { DescribeEventBusCommand, EventBridgeClient, ResourceNotFoundException } from '@aws-sdk/client-eventbridge'
import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { webhookHeader } from '@confirmation-reminder/contracts/webhook'
import { type Connection, connectTo } from '../stage/connection.ts'
import { describeError } from '../stage/describe-error.ts'
import { exitCodeOf } from '../terminal/exit-with.ts'
import { progressOn } from '../terminal/progress.ts'
import { Refusal } from '../terminal/refusal.ts'
import { amount, count } from '../terminal/words.ts'
import { setSecret } from './connection-secret.ts'
import { help, readOptions } from './options.ts'
import { hiddenMinutes, redeliver } from './redeliver.ts'
import { madeSecret, secretOn } from './secret.ts'
import { Summary } from './summary.ts'

const denied =
  'These credentials may not change the webhook or its queue: docs/runbook.md lists the permissions under webhook-Dead.'
const exitCodes = { done: 0, failed: 1, left: 3, interrupted: 130 }

/** What surrounds a command. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv
  /** Has the secret, unless it is a terminal. */
  stdin: Pick<NodeJS.ReadStream, 'isTTY'> & Parameters<typeof secretOn>[0]
  /** Where the answer and the errors go, such as the console. */
  output: Pick<Console, 'log' | 'error'>
  /** From its call on, an interruption aborts the signal, so that the work ends in order; before it ends the process. */
  signalOfInterruption: () => AbortSignal
}

/**
 * Executes a command line: prints what it has done, or what to do about an error.
 * @returns the exit code
 */
export async function run(args: string[], around: Surroundings): Promise<number> {
  try {
    const options = readOptions(args)
    if (options === 'help') {
      around.output.log(help)
      return exitCodes.done
    }
    const connect = () => connectTo(options.stage, around.environment)
    if (options.action === 'secret') return await changeSecret(connect, around)
    return await (options.dryRun ? countOnly(await connect(), around) : redeliverAll(await connect(), around))
  } catch (error) {
    around.output.error(describeError(error, denied))
    return exitCodeOf(error)
  }
}

async function changeSecret(connect: () => Promise<Connection>, { stdin, output }: Surroundings): Promise<number> {
  const isGiven = !stdin.isTTY
  if (isGiven) output.error('Reading the secret from standard input.')
  const secret = isGiven ? await secretOn(stdin) : madeSecret()
  const connection = await connect()
  const { stage, settings, displayName } = connection
  const client = new EventBridgeClient(settings)
  try {
    await setSecret(client, resourceName(stage, 'webhook'), secret)
  } catch (error) {
    throw error instanceof ResourceNotFoundException ? withoutWebhook(connection) : error
  } finally {
    client.destroy()
  }
  if (isGiven) {
    output.error(`EventBridge now calls the webhook of ${displayName} with the given secret.`)
    return exitCodes.done
  }
  output.log(secret)
  output.error(
    `Keep this secret where the webhook of ${displayName} reads it, which refuses requests without it in the header ${webhookHeader}: it is not shown again.`,
  )
  return exitCodes.done
}

/** Where the events are that the webhook did not take, and how to reach it. */
interface DeadLetters {
  sqs: SQSClient
  queueUrl: string
}

/**
 * Does something with the dead-letter queue of the stage's webhook.
 * @throws Refusal if the stage has no webhook
 */
async function withDeadLetters<T>(connection: Connection, act: (letters: DeadLetters) => Promise<T>): Promise<T> {
  const sqs = new SQSClient(connection.settings)
  try {
    const QueueName = resourceName(connection.stage, 'webhook-dead')
    const { QueueUrl: queueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName })).catch((error) => {
      throw error instanceof QueueDoesNotExist ? withoutWebhook(connection) : error
    })
    return await act({ sqs, queueUrl })
  } finally {
    sqs.destroy()
  }
}

const withoutWebhook = ({ stage, displayName }: Connection): Refusal =>
  new Refusal(
    `The stage ${displayName} has no webhook here. To add one, set events.webhook of ${stage} in infra/src/settings.ts, and deploy; if it has one, check the account and the Region of the credentials.`,
  )

function countOnly(connection: Connection, { output }: Surroundings): Promise<number> {
  return withDeadLetters(connection, async (letters) => {
    const { visible } = await countsOf(letters)
    output.log(`${amount(visible, 'event')} would be delivered again.`)
    return exitCodes.done
  })
}

function redeliverAll(connection: Connection, around: Surroundings): Promise<number> {
  return withDeadLetters(connection, async (letters) => {
    const { output } = around
    const signal = around.signalOfInterruption()
    const busName = resourceName(connection.stage, 'events')
    const eventBridge = new EventBridgeClient(connection.settings)
    const summary = new Summary()
    const progress = progressOn(process.stderr)
    let failure: unknown
    try {
      // PutEvents accepts events for a bus that does not exist, and drops them.
      await eventBridge.send(new DescribeEventBusCommand({ Name: busName }))
      for await (const fates of redeliver({ ...letters, eventBridge, busName, signal })) {
        for (const one of fates) summary.add(one)
        progress.show(`${count(summary.seen)} messages of the dead-letter queue read`)
      }
    } catch (error) {
      failure = error
    } finally {
      progress.end()
      eventBridge.destroy()
    }
    for (const note of summary.notes) output.error(note)
    if (summary.seen > 0 || failure === undefined) output.log(summary.line())
    if (failure !== undefined) throw failure
    if (signal.aborted) {
      output.error('Stopped early. To continue, run the command again.')
      return exitCodes.interrupted
    }
    if (summary.seen > 0) return summary.left > 0 ? exitCodes.left : exitCodes.done
    const { hidden } = await countsOf(letters)
    if (hidden === 0) return exitCodes.done
    output.error(
      `${amount(hidden, 'message')} in the queue cannot be read now: another command has them, or had them and was killed. Run the command again in ${hiddenMinutes} minutes.`,
    )
    return exitCodes.left
  })
}

/** How many messages can be received, and how many are hidden because somebody has received them. SQS says it approximately. */
async function countsOf({ sqs, queueUrl }: DeadLetters): Promise<{ visible: number; hidden: number }> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...AttributeNames] }),
  )
  const [visible = 0, hidden = 0] = AttributeNames.map((name) => Number(Attributes[name] ?? 0))
  return { visible, hidden }
}
