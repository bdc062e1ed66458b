import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { System } from '../system.ts'
import { resourceTypes } from './resource-types.ts'
import { Stack, typeOf } from './stack.ts'
import { type Block, isBlock } from './value.ts'

/** The account that owns everything locally. */
export const localAccountId = '000000000000'

/**
 * Reads a synthesised stack and checks all of it.
 * @param folder where `cdk.tf.json` and its assets stand
 * @param apiUrl where the HTTP API is served, without a slash at the end; Terraform's `api_endpoint`
 * @param variables values of Terraform variables, before their defaults
 * @throws Error with one sentence that names the address, for anything that the local cloud would not run as AWS does.
 */
export function readSystem(
  folder: string,
  apiUrl: string,
  variables: Readonly<Record<string, string>> = { public_url: apiUrl },
): System {
  const json = readStackFile(join(folder, 'cdk.tf.json'))
  if (json.module) throw new Error('The stack uses modules, which the local cloud does not support.')
  const stack = new Stack(json, { folder, accountId: localAccountId, apiUrl }, variables)
  const system: System = {
    region: stack.place.region,
    accountId: localAccountId,
    tables: [],
    functions: [],
    stateMachines: [],
    api: { id: '', name: '', routes: [] },
    topics: [],
    subscriptions: [],
    mailIdentities: [],
    mailConfigurationSets: [],
    mailEventDestinations: [],
  }
  for (const resource of stack.all()) {
    resourceTypes[typeOf(resource.address)]?.add?.(resource, system, stack)
  }
  stack.resolve(json.output ?? {}, 'output')
  checkFunctionArns(system)
  return system
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

/** Whoever invokes a function must name one that exists; on AWS the first call would find out. */
function checkFunctionArns({ api, functions, stateMachines, subscriptions }: System): void {
  const known = new Set(functions.flatMap(({ arn, aliases }) => [arn, ...aliases.map((alias) => `${arn}:${alias}`)]))
  const check = (caller: string, arn: string) => {
    if (!known.has(arn)) throw new Error(`${caller} invokes ${arn}, but the stack has no such function or alias.`)
  }
  for (const { key, functionArn } of api.routes) check(`The route ${key}`, functionArn)
  for (const { topicArn, functionArn } of subscriptions) check(`The subscription to ${topicArn}`, functionArn)
  for (const { name, definition } of stateMachines) {
    for (const [arn] of definition.matchAll(/arn:aws:lambda:[\w:$-]+/g)) check(`The state machine ${name}`, arn)
  }
}
