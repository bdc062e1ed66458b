import { closestMatch, mistakesBetween } from '@confirmation-reminder/options/closest-match'
import { relations, tests } from '../languages/choice-rule.ts'
import { expressionIn } from '../languages/language-jsonata.ts'
import { type Language, languageOf } from '../languages/languages.ts'
import { isFunctionArn, lambdaInvoke, lambdaInvokeWithToken } from '../state-types/task.ts'
import { longestWaitSeconds } from '../state-types/wait.ts'
import { isIntrinsic } from '../values/intrinsic.ts'
import { intrinsics } from '../values/intrinsic-functions.ts'
import { isObject, type Json, type JsonObject } from '../values/json.ts'
import { isPath, placeOf } from '../values/json-path.ts'
import { faultOf } from '../values/jsonata-expression.ts'
import { parseTimestamp } from '../values/timestamp.ts'
import { type Check, didYouMean, fault, type Place, unsupported, within } from './diagnostics.ts'

// Kinds of values

const ofType =
  (type: string, is: (value: Json) => boolean, least = -Infinity, most = Infinity): Check =>
  (value, at) => {
    if (!is(value)) fault(at, `Expected value of type ${type}`)
    else if (asNumber(value) < least) fault(at, `Minimum value is ${least}`)
    else if (asNumber(value) > most) fault(at, `Maximum value is ${most}`)
  }
// `String` and `Number` call an object's own members `toString` and `valueOf`, which here are JSON.
const asText = (value: Json | undefined) => (typeof value === 'string' ? value : String(JSON.stringify(value)))
const asNumber = (value: Json | undefined) => (typeof value === 'number' ? value : Number.NaN)
const object = ofType('[OBJECT]', isObject)
const text = ofType('[STRING]', (value) => typeof value === 'string')
const flag = ofType('[BOOLEAN]', (value) => typeof value === 'boolean')
const number = (least?: number) => ofType('[NUMBER]', (value) => typeof value === 'number', least)
const whole = (least: number, most?: number) => ofType('Integer', Number.isInteger, least, most)

const oneOf =
  (...values: Json[]): Check =>
  (value, at) => {
    if (!values.includes(value)) fault(at, `Value should be one of the following: [${values.join(', ')}]`)
  }

const each =
  (check: Check): Check =>
  (value, at) => {
    if (Array.isArray(value)) for (const [index, element] of value.entries()) check(element, within(at, index))
    else fault(at, 'Expected value of type [ARRAY]')
  }

const some =
  (check: Check): Check =>
  (value, at) =>
    Array.isArray(value) && value.length === 0 ? fault(at, 'Value cannot be empty') : each(check)(value, at)

const members =
  (check: Check): Check =>
  (value, at) => {
    object(value, at)
    if (isObject(value)) for (const [name, inner] of Object.entries(value)) check(inner, within(at, name))
  }

interface Rules {
  required?: string[]
  /** Fields of which an object may have one, as words. */
  atMostOne?: string[]
  exactlyOne?: string[]
}

/** An object with these fields, given as words. Fields of the other query language are refused by name. */
function shaped(names: string, { required = [], atMostOne = [], exactlyOne = [] }: Rules = {}): Check {
  const known = names.split(' ')
  return (value, at) => {
    if (!isObject(value)) return object(value, at)
    for (const [name, inner] of Object.entries(value)) {
      const language = languageOfField(name)
      if (!known.includes(name)) {
        fault(at, `Field '${name}' is not supported`, { hint: fields.has(name) ? undefined : didYouMean(name, known) })
      } else if (language && language !== at.language) {
        const only = `field '${name}' is only supported for the '${language}' QueryLanguage`
        fault(at, `The QueryLanguage is set to '${at.language}', but ${only}`, { hint: () => inOtherLanguage(name) })
      } else fields.get(name)?.(inner, { ...within(at, name), outcome: outcomeIn(name, at) })
    }
    const missing = required.filter((name) => !Object.hasOwn(value, name))
    if (missing.length > 0) fault(at, `These fields are required: [${missing.join(', ')}]`)
    for (const words of [...atMostOne, ...exactlyOne]) {
      const group = words.split(' ')
      const count = group.filter((name) => Object.hasOwn(value, name)).length
      const list = `of the following fields: [${group.join(', ')}]`
      if (count > 1) fault(at, `There should only be one ${list}`)
      else if (count === 0 && exactlyOne.includes(words)) {
        fault(at, `This object should have only one ${list}`, { hint: () => 'It has none.' })
      }
    }
  }
}

/** What of `$states` a field may read beside the input and the context: the outcome of its state, or of what was caught. */
function outcomeIn(name: string, at: Place): Place['outcome'] {
  if (name === 'Catch') return 'errorOutput'
  return ['Output', 'Assign'].includes(name) ? at.outcome : undefined
}

/** The only query language that has the field; undefined if both have it. */
function languageOfField(name: string): Language | undefined {
  if (['Arguments', 'Output', 'Items', 'Condition'].includes(name)) return 'JSONata'
  if (/Path$|^(Parameters|ResultSelector|Result|Variable|And|Or|Not)$/.test(name)) return 'JSONPath'
  return operators.has(name) ? 'JSONPath' : undefined
}

/** What to use in place of a field that only the other query language has. */
function inOtherLanguage(name: string): string {
  if (languageOfField(name) === 'JSONata') return toUseJsonata()
  if (name === 'InputPath') return 'Expressions read $states.input.'
  if (['Result', 'ResultSelector', 'ResultPath', 'OutputPath'].includes(name)) return 'Use Output.'
  if (name === 'Parameters') return 'Use Arguments.'
  return `Use ${operators.has(name) || !name.endsWith('Path') ? 'Condition' : name.slice(0, -'Path'.length)}.`
}

// Paths, templates and expressions

const path: Check = (value, at) => {
  if (typeof value !== 'string' || !isPath(value)) refusePath(value, at, 'Value must be a valid JSONPath.')
}

/** Refuses a text that is no path here. What AWS takes, or may take, is refused with what to use instead. */
function refusePath(value: Json, at: Place, message: string, hint?: () => string): void {
  const given = typeof value === 'string' && value.startsWith('$') ? value : ''
  if (given.endsWith('()')) {
    unsupported(at, 'AWS finds nothing at a path with a function such as length(): use States.ArrayLength')
  } else if (given.includes('[?(')) {
    unsupported(
      at,
      'A filter has comparisons such as @.a == 1, and &&, || and !: AWS documents that it has no other ones',
    )
  } else fault(at, message, { hint })
}

/** A path to exactly one place. */
const reference: Check = (value, at) => {
  if (typeof value !== 'string' || !isPath(value) || placeOf(value)) path(value, at)
  else fault(at, 'Value is not a Reference Path', { hint: () => 'It must name one place, as $.a.b[0] does.' })
}

/** What a Choice rule compares: a path to exactly one place, for which AWS has words of its own. */
const compared: Check = (value, at) => {
  if (typeof value !== 'string' || value.startsWith('$')) reference(value, at)
  else fault(at, "Value is not a Reference Path: Reference path didn't start with '$'")
}

/** The place for a result, which is in the data of the state. */
const resultPath: Check = (value, at) => {
  if (typeof value !== 'string' || !/^\$[^.[]/.test(value)) reference(value, at)
  else fault(at, 'Value is not a Reference Path', { hint: () => 'It must begin with $. or $[.' })
}

/** Null stands for no input, no output, or no result. */
const orNull =
  (check: Check): Check =>
  (value, at) =>
    value === null ? undefined : check(value, at)

const pathOrFunction: Check = (value, at) => {
  if (typeof value !== 'string' || !isIntrinsic(value)) hinted(path, value, at, nameOfFunction(value))
}

/** Checks a value. Its faults have this hint. */
function hinted(check: Check, value: Json, at: Place, hint: (() => string) | undefined): void {
  const before = at.faults.length
  check(value, at)
  if (hint) for (const wrong of at.faults.slice(before)) wrong.hint = hint
}

/** A hint for a call of an intrinsic function that does not exist. */
function nameOfFunction(call: Json): (() => string) | undefined {
  const [, name] = typeof call === 'string' ? (/^States\.(\w+)\(/.exec(call) ?? []) : []
  if (name === undefined || intrinsics.has(name)) return undefined
  return () => `Did you mean States.${closestMatch(name.slice(0, 80), [...intrinsics.keys()])}()?`
}

function typeName(value: Json): string {
  if (value === null) return 'NULL'
  return Array.isArray(value) ? 'an ARRAY' : isObject(value) ? 'an OBJECT' : `a ${(typeof value).toUpperCase()}`
}

/** A payload template: fields whose names end in `.$` have a path or an intrinsic function. */
const template: Check = (value, at) => {
  if (Array.isArray(value)) return each(template)(value, at)
  if (!isObject(value)) return
  for (const [name, inner] of Object.entries(value)) {
    const plain = name.slice(0, -2)
    const field = `The value for the field '${name}' must be`
    if (!name.endsWith('.$')) template(inner, within(at, name))
    else if (typeof inner !== 'string')
      fault(at, `${field} a STRING that contains a JSONPath but was ${typeName(inner)}`)
    else if (!isPath(inner) && !isIntrinsic(inner)) {
      refusePath(inner, at, `${field} a valid JSONPath or a valid intrinsic function call`, nameOfFunction(inner))
    }
    if (name.endsWith('.$') && Object.hasOwn(value, plain)) fault(at, `The field '${plain}' exists twice`)
  }
}

function isExpression(value: Json): boolean {
  return typeof value === 'string' && expressionIn(value) !== undefined
}

/** A value of a JSONata state: strings in `{% %}` are expressions. */
const jsonata: Check = (value, at) => {
  if (Array.isArray(value)) each(jsonata)(value, at)
  else if (isObject(value)) members(jsonata)(value, at)
  else if (typeof value !== 'string') return
  else if (value.startsWith('{%') !== value.endsWith('%}')) {
    fault(at, 'JSONata string must start with {% and end with %}')
  } else {
    const expression = expressionIn(value)
    const wrong = expression === undefined ? undefined : faultOf(expression, at.outcome)
    if (wrong) fault(at, wrong.message, { code: wrong.code })
  }
}

/** A condition of JSONata. AWS takes true and false as well. */
const condition: Check = (value, at) => {
  if (isExpression(value)) jsonata(value, at)
  else if (typeof value !== 'boolean') fault(at, 'JSONata string must start with {% and end with %}')
}

/** In a JSONata state an expression, or a value of this kind. */
const orExpression =
  (check: Check): Check =>
  (value, at) => {
    if (at.language === 'JSONata' && isExpression(value)) return jsonata(value, at)
    hinted(check, value, at, isExpression(value) ? toUseJsonata : undefined)
  }
const toUseJsonata = () => 'Set "QueryLanguage": "JSONata" to use it.'

const payload: Check = (value, at) => {
  if (at.language === 'JSONata') jsonata(value, at)
  else if (!isExpression(value)) template(value, at)
  else fault(at, 'Value is a JSONata expression', { hint: toUseJsonata })
}

const payloadObject: Check = (value, at) => (isObject(value) ? payload : object)(value, at)

/** Variables: AWS takes names that are identifiers of Unicode, of at most 80 characters. */
const assign: Check = (value, at) => {
  payloadObject(value, at)
  for (const field of Object.keys(isObject(value) ? value : {})) {
    const name = at.language === 'JSONPath' ? field.replace(/\.\$$/, '') : field
    const invalid = `Invalid variable name '${name}': the variable name contains invalid characters.`
    if (name === 'states')
      fault(at, `Cannot assign to reserved variable '$states'.`, { code: 'RESERVED_VARIABLE_NAME' })
    else if (!/^\p{ID_Start}\p{ID_Continue}{0,79}$/u.test(name)) fault(at, invalid, { code: 'INVALID_VARIABLE_NAME' })
  }
}

const timestamp: Check = (value, at) => {
  if (parseTimestamp(value) !== undefined) return
  fault(at, 'String does not match RFC3339 timestamp', { hint: () => 'Write it as 2030-01-31T00:00:00Z.' })
}

// Retry and Catch

const errorNames = (
  'ALL BranchFailed DataLimitExceeded ExceedToleratedFailureThreshold HeartbeatTimeout IntrinsicFailure ItemReaderFailed ' +
  'NoChoiceMatched ParameterPathFailure Permissions QueryEvaluationError ResultPathMatchFailure ResultWriterFailed ' +
  'Runtime TaskFailed Timeout'
)
  .split(' ')
  .map((name) => `States.${name}`)

/** AWS takes each name that begins with `States.`, and a Fail state can raise it. A misspelled name is a mistake. */
const errorName: Check = (value, at) => {
  text(value, at)
  const name = asText(value)
  if (!name.startsWith('States.') || errorNames.includes(name)) return
  const known = closestMatch(name.slice(0, 80), errorNames)
  const misspelled = Math.abs(known.length - name.length) <= 1 && mistakesBetween(name, known) <= 2
  if (misspelled) unsupported(at, `No error has the name ${name}`, () => `Did you mean ${known}?`)
}

/** `States.ALL` must stand alone, and in the last rule. AWS accepts a list without rules. */
const errorRules =
  (rule: Check): Check =>
  (value, at) => {
    each(rule)(value, at)
    const rules = objects(value)
    for (const [index, { ErrorEquals, MaxDelaySeconds, IntervalSeconds = 1 }] of rules.entries()) {
      const here = within(at, index)
      const all = Array.isArray(ErrorEquals) ? ErrorEquals.indexOf('States.ALL') : -1
      if (all >= 0 && (objects(value).length > index + 1 || (ErrorEquals as Json[]).length > 1)) {
        fault(within(within(here, 'ErrorEquals'), all), 'States.ALL must appear alone and at end of list')
      }
      if (typeof MaxDelaySeconds === 'number' && MaxDelaySeconds <= asNumber(IntervalSeconds)) {
        fault(here, 'MaxDelaySeconds must be greater than IntervalSeconds')
      }
    }
  }

// Choice rules

const comparisons = (kind: string, operand: Check, names = [...relations.keys()]) =>
  names.flatMap((relation): [string, Check][] => [
    [`${kind}${relation}`, operand],
    [`${kind}${relation}Path`, compared],
  ])
const operators = new Map<string, Check>([
  ...comparisons('String', text),
  ...comparisons('Numeric', number()),
  ...comparisons('Boolean', flag, ['Equals']),
  ...comparisons('Timestamp', timestamp),
  ['StringMatches', text],
  ...['IsPresent', ...tests.keys()].map((name): [string, Check] => [name, flag]),
])
const selectors = ['And', 'Or', 'Not', 'Variable', 'Condition']
const test = `${[...operators.keys()].join(' ')} Variable And Or Not Comment`

const choiceRule =
  (shape: Check): Check =>
  (value, at) => {
    shape(value, at)
    if (!isObject(value)) return
    const given = Object.keys(value)
    const used = given.filter((name) => operators.has(name))
    if (given.filter((name) => selectors.includes(name)).length !== 1) {
      fault(at, `The object must have only one of the following fields, [${selectors.join(', ')}]`)
    }
    if (used.length > 1) fault(at, `There should only be one of the following fields: [${used.join(', ')}]`)
    if (used.length === 0 && given.includes('Variable')) fault(at, 'Variable needs an operator such as StringEquals')
  }
const nested = choiceRule(shaped(test))

// Tasks

/** What a resource calls other than a function, and how it waits for that: `.sync`, `.sync:2` or `.waitForTaskToken`. */
function integrationIn(arn: string): { integration?: string; pattern?: string } {
  const [start, , service, , , ...rest] = arn.split(':')
  const called = rest.join(':')
  if (start !== 'arn' || service !== 'states' || rest[0] === 'activity' || called === '') return {}
  const end = called.search(/\.(?:sync|waitForTaskToken)/)
  return end > 0 ? { integration: called.slice(0, end), pattern: called.slice(end) } : { integration: called }
}

const resource: Check = (value, at) => {
  const arn = asText(value)
  const { integration, pattern } = integrationIn(arn)
  if (at.express && pattern === '.waitForTaskToken') {
    fault(at, "Express state machine does not support '.waitForTaskToken' service integration ")
  } else if (arn === lambdaInvoke || arn === lambdaInvokeWithToken || isFunctionArn(arn)) {
    return
  } else if (integration?.startsWith('lambda:')) {
    const why = 'The value is not a valid resource ARN, or the resource is not available in this region.'
    fault(at, `The resource provided ${arn} is not recognized. ${why}`)
  } else if (integration) {
    const instead = pattern
      ? `use ${lambdaInvokeWithToken} and call ${integration} from its function`
      : `call ${integration} from a Lambda function`
    unsupported(at, `${arn} is not supported here: ${instead}`)
  } else if (/^arn:[\w-]+:states:[\w-]+:\d{12}:activity:/.test(arn)) {
    unsupported(at, `Activities are not supported here: use ${lambdaInvokeWithToken} instead of ${arn}`)
  } else
    fault(at, 'Value is not a valid resource ARN', { hint: () => `Use a Lambda function's ARN or ${lambdaInvoke}.` })
}

function checkTask(task: JsonObject, at: Place): void {
  const { Resource, TimeoutSeconds, HeartbeatSeconds } = task
  if (typeof TimeoutSeconds === 'number' && asNumber(HeartbeatSeconds) >= TimeoutSeconds) {
    fault(within(at, 'HeartbeatSeconds'), 'HeartbeatSeconds must be smaller than TimeoutSeconds')
  }
  if (typeof Resource !== 'string' || !Resource.startsWith(lambdaInvoke)) return
  const field = at.language === 'JSONata' ? 'Arguments' : 'Parameters'
  const given = task[field]
  if (given === undefined) fault(within(at, 'Resource'), `${field} field is required for resource ARN: ${Resource}`)
  if (!isObject(given)) return
  const names = Object.keys(given).map((name) => (field === 'Parameters' ? name.replace(/\.\$$/, '') : name))
  const here = within(at, field)
  if (!names.includes('FunctionName')) fault(here, `The field 'FunctionName' is required but was missing`)
  for (const name of names) {
    if (['InvocationType', 'ClientContext', 'LogType'].includes(name)) {
      unsupported(
        within(here, name),
        `${name} is not supported here: leave it out, as the result of the task needs none`,
      )
    } else if (!['FunctionName', 'Payload', 'Qualifier'].includes(name)) {
      fault(here, `The field "${name}" is not supported by Step Functions`)
    }
  }
}

// States

const inline = 'use a Map with "ProcessorConfig": {"Mode": "INLINE"}, or a Lambda function that works on many items'
const distributed = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label']
function checkMap(map: JsonObject, at: Place): void {
  const { ProcessorConfig = null } = isObject(map.ItemProcessor ?? null) ? (map.ItemProcessor as JsonObject) : {}
  const mode = isObject(ProcessorConfig) && ProcessorConfig.Mode === 'DISTRIBUTED'
  const field = mode ? 'ItemProcessor/ProcessorConfig' : distributed.find((name) => Object.hasOwn(map, name))
  if (field) unsupported(within(at, field), `Distributed Map is not supported here: ${inline}`)
}

const processorConfig: Check = (value, at) => {
  const isDistributed = isObject(value) && value.Mode === 'DISTRIBUTED'
  const required = isDistributed ? ['Mode', 'ExecutionType'] : ['Mode']
  shaped(required.join(' '), { required })(value, at)
}

const state: Check = (value, at) => {
  if (!isObject(value)) return object(value, at)
  const { Type = null } = value
  if (Type === null) return fault(at, 'These fields are required: [Type]')
  const shape = typeof Type === 'string' ? types.get(Type) : undefined
  if (!shape) return oneOf(...types.keys())(Type, within(at, 'Type'))
  const language = languageOf(value, at.machineLanguage)
  if (at.machineLanguage === 'JSONata' && language === 'JSONPath') {
    return fault(at, `'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine`)
  }
  const outcome = ['Task', 'Parallel', 'Map'].includes(asText(Type)) ? 'result' : undefined
  const here: Place = { ...at, language, outcome }
  shape(value, here)
  if (Type === 'Task') checkTask(value, here)
  if (Type === 'Map') checkMap(value, here)
}

const group = { required: ['States', 'StartAt'] }
const processor = shaped('StartAt States Comment ProcessorConfig', group)
const credentials: Check = (value, at) => {
  shaped('RoleArn RoleArn.$')(value, at)
  if (isObject(value) && Object.keys(value).length === 0) {
    return fault(at, "The field 'RoleArn' is required but was missing")
  }
  unsupported(at, 'Credentials are not supported here: leave them out, and the role of the state machine is used')
}

const rule = shaped(`${test} Condition Next Assign Output`, { required: ['Next'] })
const retrier = shaped('ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment', {
  required: ['ErrorEquals'],
})
const catcher = shaped('ErrorEquals Next ResultPath Assign Output Comment', { required: ['ErrorEquals', 'Next'] })

const inFields = (names: string, check: Check) => names.split(' ').map((name): [string, Check] => [name, check])
const seconds = (least: number) => whole(least, longestWaitSeconds)
const paths =
  'TimeoutSecondsPath HeartbeatSecondsPath SecondsPath TimestampPath ItemsPath MaxConcurrencyPath ' +
  'ToleratedFailureCountPath ToleratedFailurePercentagePath'

/** What each field holds. Ranges are those that cdk-preflight measured. */
const fields: ReadonlyMap<string, Check> = new Map([
  ...operators,
  ...inFields('Comment StartAt Next Default', text),
  ...inFields('States', members(state)),
  ...inFields('Version', oneOf('1.0')),
  ...inFields('QueryLanguage', oneOf('JSONPath', 'JSONata')),
  ...inFields('End', oneOf(true)),
  ...inFields('InputPath OutputPath', orNull(path)),
  ...inFields('ResultPath', orNull(resultPath)),
  ...inFields(paths, reference),
  ...inFields('Variable', compared),
  ...inFields('ErrorPath CausePath', pathOrFunction),
  ...inFields('Parameters ResultSelector ItemSelector', payload),
  ...inFields('Arguments', orExpression(payloadObject)),
  ...inFields('Output', jsonata),
  ...inFields('Assign', assign),
  ...inFields('Error Cause', orExpression(text)),
  ...inFields('TimeoutSeconds HeartbeatSeconds', orExpression(seconds(1))),
  ...inFields('Seconds', orExpression(seconds(0))),
  ...inFields('Timestamp', orExpression(timestamp)),
  ...inFields('Resource', resource),
  ...inFields('Credentials', credentials),
  ...inFields('Choices', some(choiceRule(rule))),
  ...inFields('And Or', some(nested)),
  ...inFields('Not', nested),
  ...inFields('Condition', condition),
  ...inFields('Retry', errorRules(retrier)),
  ...inFields('Catch', errorRules(catcher)),
  ...inFields('ErrorEquals', some(errorName)),
  ...inFields('IntervalSeconds MaxAttempts', seconds(0)),
  ...inFields('BackoffRate', number(1)),
  ...inFields('MaxDelaySeconds', whole(1, 31_622_400)),
  ...inFields('JitterStrategy', oneOf('NONE', 'FULL')),
  ...inFields('Branches', some(shaped('StartAt States Comment', group))),
  ...inFields('ItemProcessor Iterator', processor),
  ...inFields('ProcessorConfig', processorConfig),
  ...inFields('Mode', oneOf('INLINE', 'DISTRIBUTED')),
  ...inFields('ExecutionType', oneOf('STANDARD', 'EXPRESS')),
  ...inFields('Items', orExpression(each(jsonata))),
  // AWS was recorded to take the tolerated failures in inline mode too, where they have no effect.
  ...inFields('MaxConcurrency ToleratedFailureCount', orExpression(whole(0))),
  ...inFields('ToleratedFailurePercentage', orExpression(number(0))),
])

const flowing = 'Type Comment QueryLanguage InputPath OutputPath Output'
const moving = `${flowing} Assign Next End`
const working = `${moving} ResultPath Parameters`
const catching = `${working} ResultSelector Retry Catch`
const next = 'Next End'
const waits = 'SecondsPath Seconds TimestampPath Timestamp'
const timeouts = ['TimeoutSeconds TimeoutSecondsPath', 'HeartbeatSeconds HeartbeatSecondsPath']
const failures = ['Error ErrorPath', 'Cause CausePath']
const ofMap = 'ItemsPath Items ItemSelector MaxConcurrency MaxConcurrencyPath ItemReader ItemBatcher ResultWriter Label'
const tolerated =
  'ToleratedFailureCount ToleratedFailureCountPath ToleratedFailurePercentage ToleratedFailurePercentagePath'
const concurrency = 'MaxConcurrency MaxConcurrencyPath'

/** The fields of each type of state: the table that cdk-preflight measured on AWS. */
const types = new Map<string, Check>([
  [
    'Task',
    shaped(`${catching} Resource Arguments Credentials ${timeouts.join(' ')}`, {
      ...{ required: ['Resource'], atMostOne: timeouts, exactlyOne: [next] },
    }),
  ],
  ['Pass', shaped(`${working} Result`, { exactlyOne: [next] })],
  ['Wait', shaped(`${moving} ${waits}`, { exactlyOne: [waits, next] })],
  ['Choice', shaped(`${flowing} Assign Choices Default`, { required: ['Choices'] })],
  ['Succeed', shaped(flowing)],
  ['Fail', shaped(`Type Comment QueryLanguage ${failures.join(' ')}`, { atMostOne: failures })],
  ['Parallel', shaped(`${catching} Arguments Branches`, { required: ['Branches'], exactlyOne: [next] })],
  [
    'Map',
    shaped(`${catching} ItemProcessor Iterator ${ofMap} ${tolerated}`, {
      atMostOne: [concurrency, 'ItemSelector Parameters'],
      exactlyOne: ['ItemProcessor Iterator', next],
    }),
  ],
])

/** A whole machine. AWS takes 0 as its TimeoutSeconds. */
export const machine: Check = (value, at) => {
  const { TimeoutSeconds = 0, ...rest } = value as JsonObject
  whole(0, longestWaitSeconds)(TimeoutSeconds, within(at, 'TimeoutSeconds'))
  shaped('StartAt States Comment QueryLanguage Version', group)(rest, at)
}

function objects(value: Json): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
