import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda'
import { type FunctionName, functions } from '@confirmation-reminder/contracts/functions'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { keyCachedSeconds } from '@confirmation-reminder/customers/stage-key'
import { type GenericSchema, safeParse } from 'valibot'
import { Refusal } from '../terminal/refusal.ts'

/**
 * The functions that must not run while customers are restored: a reminder would be sent to a customer whose answer is not
 * restored yet, a registration would make another key or a second registration, and an event about a mail would be lost.
 */
export const mustBeHeld: readonly FunctionName[] = ['reminder', 'register', 'feedback']
/**
 * … and `confirm`, whose page would say that a link is unknown: better that it is not available. Not `withdraw`: a mail program asks once to
 * unsubscribe, and does not repeat it. If the row is lost, the log has the request, and the next start of `restore` reads it there.
 */
export const held: readonly FunctionName[] = [...mustBeHeld, 'confirm']

/** The functions that must be held and are not. A function is held by a reserved concurrency of 0. */
export async function notHeld(client: LambdaClient, stage: Stage): Promise<FunctionName[]> {
  const reservations = await Promise.all(
    mustBeHeld.map((name) =>
      client.send(new GetFunctionConcurrencyCommand({ FunctionName: resourceName(stage, name) })),
    ),
  )
  return mustBeHeld.filter((_, n) => reservations[n]?.ReservedConcurrentExecutions !== 0)
}

/** How long the stage keeps what it knows of an address. */
export interface Periods {
  /** For how many days it sends no mail to an address after a withdrawal. */
  holdDays: number
  /** From registration to the moment when an unanswered one lapses. */
  lifetimeSeconds: number
}

/** @throws Refusal if the functions withdraw and register do not say them */
export async function periodsOf(client: LambdaClient, stage: Stage): Promise<Periods> {
  async function variable<T>(name: FunctionName, key: string, schema: GenericSchema<unknown, T>): Promise<T> {
    const FunctionName = resourceName(stage, name)
    const command = new GetFunctionConfigurationCommand({ FunctionName, Qualifier: liveAlias })
    const { Environment } = await client.send(command)
    const read = safeParse(schema, Environment?.Variables?.[key])
    if (read.success) return read.output
    throw new Refusal(`The function ${FunctionName} has no ${key}: deploy the stage first.`)
  }
  const [withdraw, register] = [functions.withdraw.environment.entries, functions.register.environment.entries]
  return {
    holdDays: await variable('withdraw', 'WITHDRAWAL_HOLD_DAYS', withdraw.WITHDRAWAL_HOLD_DAYS),
    lifetimeSeconds: await variable(
      'register',
      'REGISTRATION_LIFETIME_SECONDS',
      register.REGISTRATION_LIFETIME_SECONDS,
    ),
  }
}

/**
 * The order in which the hold ends: bounces and answers are recorded before mails go out again, because a reminder to an address whose
 * bounce waits in the queue would be a wrong mail. The hold begins in the reverse order.
 */
export const releases: { first: readonly FunctionName[]; last: readonly FunctionName[] } = {
  first: ['feedback', 'confirm'],
  last: ['reminder', 'register'],
}

/** The queues that must be empty between both: those that `feedback` reads, and what it could not record for two days. */
const queues = ['mail-events', 'mail-events-undelivered', 'mail-events-dead'] as const

/** The command that holds all these functions. */
export function holdCommand(stage: Stage): string {
  return loop(stage, held, 'put-function-concurrency', ' --reserved-concurrent-executions 0')
}

/**
 * The steps that end the hold.
 * @param keyReplacedMs when the key was replaced, in milliseconds since 1970: warm functions use the other one for some time
 */
export function endOfHold(stage: Stage, keyReplacedMs?: number): string[] {
  const notBefore = keyReplacedMs === undefined ? '' : `, and the time is after ${keyIsReadAgainAt(keyReplacedMs)}`
  const release = (names: readonly FunctionName[]) => loop(stage, names, 'delete-function-concurrency')
  const names = queues.map((queue) => resourceName(stage, queue))
  return [
    'In five minutes start the same command once more: it withholds the reminders of customers who asked to withdraw while it ran.',
    'Erase again the customers who were erased on request since, by your own record of these requests: they are restored too.',
    'End the hold in this order. First record bounces and answers:',
    `  ${release(releases.first)}`,
    `Wait until these queues are empty: ${names.join(', ')}${notBefore}. Then let mails go out:`,
    `  ${release(releases.last)}`,
  ]
}

const keyIsReadAgainAt = (replacedMs: number) => new Date(replacedMs + keyCachedSeconds * 1000).toISOString()

function loop(stage: Stage, names: readonly FunctionName[], command: string, options = ''): string {
  // The variable of the shell stands for each function.
  const name = resourceName(stage, '$name' as FunctionName)
  return `for name in ${names.join(' ')}; do aws lambda ${command} --function-name "${name}"${options}; done`
}
