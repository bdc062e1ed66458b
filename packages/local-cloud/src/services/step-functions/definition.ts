import { closestMatch } from '@confirmation-reminder/options/closest-match'
import validate from 'asl-validator'
import type { ChoiceState } from './choice.ts'
import type { FailState } from './fail.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import type { PassState } from './pass.ts'
import type { SucceedState } from './succeed.ts'
import { isFunctionArn, lambdaInvoke, type TaskState } from './task.ts'
import { longestWaitSeconds, type WaitState } from './wait.ts'

/** A state machine in the Amazon States Language: the part that this engine runs. */
export interface Definition {
  StartAt: string
  States: Record<string, State>
  Comment?: string
  TimeoutSeconds?: number
}

export type State = TaskState | WaitState | ChoiceState | PassState | SucceedState | FailState

const machineFields = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage']
const common = ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath']
const moving = [...common, 'Next', 'End']
/** The fields of each type of state that this engine runs. Other fields of the States Language are refused by name. */
const stateFields = new Map<string, string[]>(
  Object.entries({
    Task: [
      ...[...moving, 'Resource', 'Parameters', 'ResultSelector', 'ResultPath', 'Retry', 'Catch'],
      ...['TimeoutSeconds', 'TimeoutSecondsPath'],
    ],
    Wait: [...moving, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
    Choice: [...common, 'Choices', 'Default'],
    Pass: [...moving, 'Result', 'Parameters', 'ResultPath'],
    Succeed: common,
    Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'ErrorPath', 'Cause', 'CausePath'],
  }),
)
const retrierFields = [
  ...['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy', 'Comment'],
]
const catcherFields = ['ErrorEquals', 'Next', 'ResultPath', 'Comment']
const invokeParameters = ['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$', 'Qualifier', 'Qualifier.$']

const checked = new Map<string, Definition>()

/**
 * Parses a definition and checks all that can be known before it runs.
 * @param where what the definition belongs to, for the error message
 * @throws Error with one sentence per fault, each with the state and the field that it is about.
 */
export function checkDefinition(json: string, where: string): Definition {
  const known = checked.get(json)
  if (known) return known
  const refuse = (faults: string[]): never => {
    throw new Error(`The definition of ${where} cannot run here:\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
  }
  const definition = parse(json, (fault) => refuse([fault]))
  const faults = faultsOf(definition)
  if (faults.length > 0) refuse(faults)
  // The validator changes its argument.
  const { errors } = validate(structuredClone(definition))
  if (errors.length > 0) refuse(errors.map((error) => `${error.Message} (${error['Error code']})`))
  const sound = definition as unknown as Definition
  checked.set(json, sound)
  return sound
}

function parse(json: string, refuse: (fault: string) => never): JsonObject {
  let definition: Json
  try {
    definition = JSON.parse(json)
  } catch (error) {
    return refuse(`It is not JSON: ${(error as Error).message}.`)
  }
  return isObject(definition) ? definition : refuse('It must be a JSON object with StartAt and States.')
}

function faultsOf(machine: JsonObject): string[] {
  const faults = fieldFaults('The state machine', machine, machineFields)
  if (typeof machine.StartAt !== 'string') faults.push('StartAt is missing: name the state to start at.')
  if (!isObject(machine.States)) return [...faults, 'States is missing: describe at least one state.']
  const names = Object.keys(machine.States)
  const target = (field: string, name: Json | undefined) => {
    if (typeof name !== 'string' || names.includes(name)) return
    faults.push(
      `${field} names the state "${name}", which does not exist. Did you mean "${closestMatch(name, names)}"?`,
    )
  }
  target('StartAt', machine.StartAt)
  for (const [name, state] of Object.entries(machine.States)) {
    const at = `State "${name}"`
    if (!isObject(state)) {
      faults.push(`${at} must be a JSON object.`)
      continue
    }
    faults.push(...stateFaults(at, state))
    target(`${at}: Next`, state.Next)
    target(`${at}: Default`, state.Default)
    for (const [index, rule] of objects(state.Choices).entries()) target(`${at}: Choices[${index}].Next`, rule.Next)
    for (const [index, rule] of objects(state.Catch).entries()) target(`${at}: Catch[${index}].Next`, rule.Next)
  }
  return faults
}

function stateFaults(at: string, state: JsonObject): string[] {
  const fields = stateFields.get(String(state.Type))
  if (!fields) {
    const types = [...stateFields.keys()].join(', ')
    return [`${at} has the type ${state.Type}, which is not supported. Supported are ${types}.`]
  }
  return [
    ...fieldFaults(at, state, fields),
    ...pathFaults(at, state),
    ...(state.Type === 'Task' ? taskFaults(at, state) : []),
    ...(state.Type === 'Wait' ? waitFaults(at, state) : []),
  ]
}

function fieldFaults(at: string, value: JsonObject, fields: string[]): string[] {
  const faults = Object.keys(value)
    .filter((field) => !fields.includes(field))
    .map((field) => `${at}: the field ${field} is not supported here. Did you mean ${closestMatch(field, fields)}?`)
  if (value.QueryLanguage !== undefined && value.QueryLanguage !== 'JSONPath') {
    faults.push(`${at}: the QueryLanguage ${value.QueryLanguage} is not supported. Write it in JSONPath.`)
  }
  return faults
}

function waitFaults(at: string, state: JsonObject): string[] {
  const { Seconds } = state
  if (Seconds === undefined || (Number.isInteger(Seconds) && Number(Seconds) <= longestWaitSeconds)) return []
  return [`${at}: Seconds must be a whole number from 0 to ${longestWaitSeconds}, not ${JSON.stringify(Seconds)}.`]
}

function taskFaults(at: string, state: JsonObject): string[] {
  const faults: string[] = []
  const resource = String(state.Resource)
  if (resource === lambdaInvoke) {
    if (isObject(state.Parameters)) faults.push(...fieldFaults(`${at}: Parameters`, state.Parameters, invokeParameters))
    const { FunctionName, 'FunctionName.$': path } = isObject(state.Parameters) ? state.Parameters : {}
    if (!FunctionName && !path) faults.push(`${at}: Parameters must name the function in FunctionName.`)
  } else if (!isFunctionArn(resource)) {
    faults.push(`${at}: the Resource ${resource} is not supported. Use a Lambda function's ARN or ${lambdaInvoke}.`)
  }
  const retriers = objects(state.Retry)
  for (const [index, retrier] of retriers.entries()) faults.push(...retrierFaults(`${at}: Retry[${index}]`, retrier))
  const catchers = objects(state.Catch)
  for (const [index, catcher] of catchers.entries()) {
    faults.push(...fieldFaults(`${at}: Catch[${index}]`, catcher, catcherFields))
  }
  return [...faults, ...allFaults(`${at}: Retry`, retriers), ...allFaults(`${at}: Catch`, catchers)]
}

function retrierFaults(at: string, retrier: JsonObject): string[] {
  const faults = fieldFaults(at, retrier, retrierFields)
  const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier
  const whole = (value: Json | undefined, least: number) =>
    value === undefined || (Number.isInteger(value) && Number(value) >= least)
  if (!whole(IntervalSeconds, 1)) faults.push(`${at}: IntervalSeconds must be a whole number from 1.`)
  if (!whole(MaxAttempts, 0)) faults.push(`${at}: MaxAttempts must be a whole number from 0.`)
  if (BackoffRate !== undefined && !(Number(BackoffRate) >= 1)) faults.push(`${at}: BackoffRate must be 1 or more.`)
  // AWS accepts at most a year, and requires more than the interval.
  if (!whole(MaxDelaySeconds, 1) || Number(MaxDelaySeconds ?? 1) > 31_622_400) {
    faults.push(`${at}: MaxDelaySeconds must be a whole number from 1 to 31622400.`)
  } else if (MaxDelaySeconds !== undefined && Number(MaxDelaySeconds) <= Number(IntervalSeconds ?? 1)) {
    faults.push(`${at}: MaxDelaySeconds must be greater than IntervalSeconds.`)
  }
  if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE') {
    faults.push(`${at}: JitterStrategy must be FULL or NONE, not ${JSON.stringify(JitterStrategy)}.`)
  }
  return faults
}

/** `States.ALL` must stand alone in its list, and its rule must be the last: later rules could never apply. */
function allFaults(at: string, rules: JsonObject[]): string[] {
  return rules.flatMap(({ ErrorEquals }, index) => {
    if (!Array.isArray(ErrorEquals) || !ErrorEquals.includes('States.ALL')) return []
    if (ErrorEquals.length > 1) return [`${at}[${index}]: States.ALL must stand alone in ErrorEquals.`]
    return index < rules.length - 1 ? [`${at}[${index}]: the rule with States.ALL must be the last one.`] : []
  })
}

/** The faults of all paths in a state: what the engine does not support. */
function pathFaults(at: string, state: JsonObject): string[] {
  // A Result is data, not a template.
  const { Result, Comment, ...rest } = state
  return paths(rest).flatMap(([field, path]) => {
    if (/^States\.\w+\(/.test(path)) return [`${at}: the intrinsic function in ${field} is not supported: ${path}`]
    if (/^\$[A-Za-z_]/.test(path)) return [`${at}: the variable in ${field} is not supported: ${path}`]
    if (/\.\w+\(\)/.test(path)) return [`${at}: the path function in ${field} is not supported: ${path}`]
    return []
  })
}

function paths(value: Json): [string, string][] {
  if (Array.isArray(value)) return value.flatMap(paths)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([field, inner]): [string, string][] => {
    const isPath = field.endsWith('.$') || field.endsWith('Path') || field === 'Variable'
    return isPath && typeof inner === 'string' ? [[field, inner]] : paths(inner)
  })
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
