import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArn } from '@confirmation-reminder/contracts/arn'
import { emptyStack, type StackModel } from '../core/stack-model.ts'
import type { Checks } from './resource-type.ts'
import { resourceTypes, taggedTypes } from './resource-types.ts'
import { Stack, typeOf } from './stack.ts'
import { type Block, blocksIn, isBlock } from './value.ts'

/** The account that owns everything locally. */
export const localAccountId = '000000000000'

/**
 * Reads a synthesised stack and checks all of it.
 * @param folder the folder of `cdk.tf.json` and its assets
 * @param apiUrl where the HTTP API is served, without a slash at the end; Terraform's `api_endpoint`
 * @param checks what the services refuse to run
 * @param variables values of Terraform variables, before their defaults; `public_url` is `apiUrl` unless it is given
 * @throws Error with one sentence that names the address, for anything that the local cloud would not run as AWS does.
 */
export function readStack(
  folder: string,
  apiUrl: string,
  checks: Checks,
  variables: Readonly<Record<string, string>> = {},
): StackModel {
  const json = readStackFile(join(folder, 'cdk.tf.json'))
  if (json.module) throw new Error('The stack uses modules, which the local cloud does not support.')
  checkVariables(variables, json)
  const place = { folder, accountId: localAccountId, apiUrl }
  const stack = new Stack(json, place, { public_url: apiUrl, ...variables }, checks)
  const model = emptyStack({ region: stack.place.region, accountId: localAccountId })
  const known = new Map<string, string>()
  for (const resource of stack.all()) {
    const type = typeOf(resource.address)
    const { add, unique = [] } = resourceTypes.get(type) ?? {}
    const identity = unique.map((name) => resource.optionalText(name))
    if (identity.at(-1) !== undefined) {
      const key = [type, ...identity].join('\n')
      const other = known.get(key)
      if (other)
        resource.refuse(`has the same ${unique.join(', ')} as ${other}: AWS would refuse it, or keep one of them`)
      known.set(key, resource.address)
    }
    add?.(resource, model, stack)
    if (taggedTypes.has(type)) model.tags[resource.text('arn')] = stack.tagsOf(resource)
  }
  stack.resolve(json.output ?? {}, 'output')
  checkFunctionArns(model)
  checkTopicArns(model)
  checkQueueArns(model)
  checkStreamArns(model)
  checkTargetArns(model)
  return model
}

function readStackFile(file: string): Block {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new Error(`There is no ${file}: run "npm run synth" first, or name a synthesised folder with --stack.`)
  }
  try {
    const json: unknown = JSON.parse(text)
    if (isBlock(json as Block)) return json as Block
  } catch (error) {
    throw new Error(`${file} is not JSON (${(error as Error).message}): run "npm run synth" again.`)
  }
  throw new Error(`${file} is not a JSON object: run "npm run synth" again.`)
}

/** Like Terraform, refuses a value for a variable that the stack does not declare. */
function checkVariables(given: Readonly<Record<string, string>>, { variable }: Block): void {
  const declared = blocksIn(variable).flatMap(Object.keys)
  const unknown = Object.keys(given).find((name) => !declared.includes(name))
  if (unknown === undefined) return
  const known = declared.length > 0 ? `its variables are ${declared.join(', ')}` : 'it has no variables'
  throw new Error(`The stack declares no variable "${unknown}": ${known}.`)
}

/** Every invoked function must exist; on AWS only the first call would fail. */
function checkFunctionArns(model: StackModel): void {
  const { api, functions, stateMachines, eventRules, eventSourceMappings, streamMappings } = model
  const known = new Set(functions.flatMap(({ arn, aliases }) => [arn, ...aliases.map((alias) => `${arn}:${alias}`)]))
  const check = (caller: string, arn: string) => {
    if (!known.has(arn)) throw new Error(`${caller} invokes ${arn}, but the stack has no such function or alias.`)
  }
  for (const { key, functionArn } of api.routes) check(`The route ${key}`, functionArn)
  for (const { name, functionArn } of [...eventSourceMappings, ...streamMappings]) check(name, functionArn)
  for (const { name, targets } of eventRules) {
    for (const { arn } of targets) if (arn.includes(':lambda:')) check(`The rule ${name}`, arn)
  }
  for (const { name, definition } of stateMachines) {
    for (const [arn] of definition.matchAll(/arn:aws:lambda:[\w:$-]+/g)) check(`The state machine ${name}`, arn)
  }
}

/** Every topic that is published or subscribed to must exist; an alarm's, in its own Region. */
function checkTopicArns({ alarms, eventRules, slackChannels, mailEventDestinations, topics }: StackModel): void {
  const known = new Set(topics.map(({ arn }) => arn))
  const check = (who: string, arn: string) => {
    if (!known.has(arn)) throw new Error(`${who} names ${arn}, but the stack has no such topic.`)
  }
  for (const { name, arn, ...actions } of alarms) {
    for (const topic of [...actions.okActions, ...actions.alarmActions, ...actions.insufficientDataActions]) {
      check(`The alarm ${name}`, topic)
      if (regionOf(topic) === regionOf(arn)) continue
      throw new Error(`The alarm ${name} names ${topic}, which is not in its Region: CloudWatch would refuse it.`)
    }
  }
  for (const { name, targets } of eventRules) {
    for (const { arn } of targets) if (arn.includes(':sns:')) check(`The rule ${name}`, arn)
  }
  for (const { configurationSet, topicArn } of mailEventDestinations) {
    check(`The configuration set ${configurationSet}`, topicArn)
  }
  for (const { name, topicArns } of slackChannels) for (const arn of topicArns) check(`The channel ${name}`, arn)
}

/**
 * Every queue that gets messages must exist. Lambda also polls no queue that shows a message again while the function may
 * still run.
 */
function checkQueueArns(model: StackModel): void {
  const { queues, subscriptions, eventSourceMappings, functions } = model
  for (const { topicArn, queueArn } of subscriptions) {
    if (queues.some(({ arn }) => arn === queueArn)) continue
    throw new Error(`The subscription to ${topicArn} delivers to ${queueArn}, but the stack has no such queue.`)
  }
  for (const { name, queueArn, functionArn } of eventSourceMappings) {
    const queue = queues.find(({ arn }) => arn === queueArn)
    if (!queue) throw new Error(`${name} polls ${queueArn}, but the stack has no such queue.`)
    const invoked = functions.find(({ arn }) => functionArn === arn || functionArn.startsWith(`${arn}:`))
    const timeoutSeconds = invoked?.timeoutSeconds ?? 0
    if (queue.visibilityTimeoutSeconds < timeoutSeconds) {
      const fault = `Queue visibility timeout: ${queue.visibilityTimeoutSeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`
      throw new Error(`${name} would be refused by Lambda. ${fault}.`)
    }
  }
}

/** Every stream that is polled must exist, and every destination of discarded records. */
function checkStreamArns({ tables, queues, topics, streamMappings }: StackModel): void {
  for (const { name, streamArn, onFailureArn } of streamMappings) {
    if (!tables.some(({ stream }) => stream?.arn === streamArn)) {
      throw new Error(`${name} polls ${streamArn}, but the stack has no such stream.`)
    }
    if (onFailureArn === undefined || [...queues, ...topics].some(({ arn }) => arn === onFailureArn)) continue
    throw new Error(`${name} sends discarded records to ${onFailureArn}, but the stack has no such queue or topic.`)
  }
}

/** Every queue and API destination that a rule names must exist. */
function checkTargetArns({ eventRules, queues, apiDestinations }: StackModel): void {
  const known = new Set([...queues, ...apiDestinations].map(({ arn }) => arn))
  for (const { name, targets } of eventRules) {
    for (const { arn, deadLettersArn } of targets) {
      const isOther = !arn.includes(':sqs:') && !arn.includes(':api-destination/')
      if (!isOther && !known.has(arn))
        throw new Error(`The rule ${name} sends to ${arn}, which the stack does not have.`)
      if (deadLettersArn === undefined || queues.some((queue) => queue.arn === deadLettersArn)) continue
      throw new Error(`The rule ${name} has the dead-letter queue ${deadLettersArn}, which the stack does not have.`)
    }
  }
}

const regionOf = (arn: string) => parseArn(arn).region
