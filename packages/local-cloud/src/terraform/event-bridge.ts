import { v5 as uuid } from 'uuid'
import type { Rule, Target } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { canBeAssumed } from './iam.ts'
import { arnOf, type Resources, type ResourceTypes } from './resource-type.ts'

const defaultBus = 'default'
// AWS draws these at random; ours come from the address, so that they stay the same from start to start.
const idOf = ({ address }: Arguments) => uuid(address, uuid.URL)
const methods = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']
const mostPerSecond = 300

export const eventBridge: ResourceTypes = {
  aws_cloudwatch_event_bus: {
    computed: (bus, place) => ({
      id: bus.text('name'),
      arn: arnOf(place, 'events', `event-bus/${bus.text('name')}`),
    }),
    takes: ['name'],
    unique: ['name'],
    add: (bus, model) => {
      model.eventBuses.push({ name: bus.text('name'), arn: bus.text('arn') })
    },
  },
  aws_cloudwatch_event_rule: {
    computed: (rule, place) => {
      const bus = busOf(rule)
      const path = bus === defaultBus ? '' : `${bus}/`
      return {
        id: bus === defaultBus ? rule.text('name') : `${bus}/${rule.text('name')}`,
        arn: arnOf(place, 'events', `rule/${path}${rule.text('name')}`),
      }
    },
    takes: ['name', 'event_pattern', 'event_bus_name', 'state', 'is_enabled'],
    unique: ['event_bus_name', 'name'],
    withoutEffect: ['force_destroy'],
    add: (rule, model, stack) => {
      checkBus(rule, stack)
      const bus = busOf(rule)
      const targets = stack
        .ofType('aws_cloudwatch_event_target')
        .filter((one) => one.text('rule') === rule.text('name') && busOf(one) === bus)
      const known: Omit<Rule, 'targets'> = {
        name: rule.text('name'),
        arn: rule.text('arn'),
        ...(bus !== defaultBus && { busName: bus }),
        eventPattern: rule.text('event_pattern'),
        enabled:
          (rule.optionalText('state') ?? 'ENABLED') !== 'DISABLED' && rule.optionalText('is_enabled') !== 'false',
      }
      model.eventRules.push({ ...known, targets: targets.map((target) => targetOf(target, known, stack)) })
    },
  },
  aws_cloudwatch_event_target: {
    computed: (target) => ({ target_id: target.optionalText('target_id') ?? target.address }),
    takes: [
      ...['rule', 'arn', 'target_id', 'event_bus_name', 'input_transformer', 'retry_policy', 'role_arn'],
      'dead_letter_config',
    ],
    unique: ['event_bus_name', 'rule', 'target_id'],
    withoutEffect: ['force_destroy'],
    add: (target, _, stack) => {
      checkBus(target, stack)
      const rules = stack.ofType('aws_cloudwatch_event_rule').filter((rule) => busOf(rule) === busOf(target))
      if (!rules.some((rule) => rule.text('name') === target.text('rule')))
        target.refuse(`belongs to ${target.text('rule')}, which is no rule`)
    },
  },
  aws_cloudwatch_event_connection: {
    computed: (connection, place) => {
      const path = `${connection.text('name')}/${idOf(connection)}`
      return {
        id: connection.text('name'),
        arn: arnOf(place, 'events', `connection/${path}`),
        secret_arn: arnOf(place, 'secretsmanager', `secret:events!connection/${path}`),
      }
    },
    takes: ['name', 'authorization_type', 'auth_parameters.api_key'],
    unique: ['name'],
    add: (connection, model) => {
      const type = connection.text('authorization_type')
      if (type !== 'API_KEY') connection.refuse(`has authorization_type ${type}; only API_KEY runs locally`)
      const key = connection.block('auth_parameters')?.block('api_key') ?? connection.refuse('lacks its api_key')
      model.connections.push({
        name: connection.text('name'),
        arn: connection.text('arn'),
        secretArn: connection.text('secret_arn'),
        header: key.text('key'),
        value: key.text('value'),
        ignoresSecret: connection.ignores('auth_parameters'),
      })
    },
  },
  aws_cloudwatch_event_api_destination: {
    computed: (destination, place) => ({
      id: destination.text('name'),
      arn: arnOf(place, 'events', `api-destination/${destination.text('name')}/${idOf(destination)}`),
    }),
    takes: ['name', 'connection_arn', 'http_method', 'invocation_endpoint', 'invocation_rate_limit_per_second'],
    unique: ['name'],
    add: (destination, model, stack) => {
      destination.mustName('connection_arn', stack.ofType('aws_cloudwatch_event_connection'), ['arn'])
      const method = destination.text('http_method')
      if (!methods.includes(method)) destination.refuse(`needs one of ${methods.join(', ')} as http_method`)
      const rate = destination.number('invocation_rate_limit_per_second', mostPerSecond)
      if (!Number.isInteger(rate) || rate < 1 || rate > mostPerSecond) {
        destination.refuse(`needs a whole number from 1 to ${mostPerSecond} as invocation_rate_limit_per_second`)
      }
      model.apiDestinations.push({
        name: destination.text('name'),
        arn: destination.text('arn'),
        connectionArn: destination.text('connection_arn'),
        url: endpointOf(destination),
        method,
        invocationsPerSecond: rate,
      })
    },
  },
}

/** The endpoint of a destination. EventBridge takes https only; here a server on this machine may have http, for tests. */
function endpointOf(destination: Arguments): string {
  const text = destination.text('invocation_endpoint')
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isHere = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (!isHere && url?.protocol !== 'https:') {
    destination.refuse(`needs an https URL as invocation_endpoint, or an http URL on this machine, not ${text}`)
  }
  if (text.includes('*')) destination.refuse('has a path parameter, which the local cloud does not support')
  return text
}

/** The name of the bus; an argument may also be its ARN. */
const busOf = (given: Arguments): string =>
  (given.optionalText('event_bus_name') ?? defaultBus).replace(/^arn:aws:events:.*:event-bus\//, '')

function checkBus(given: Arguments, stack: Resources): void {
  const bus = busOf(given)
  const known = stack.ofType('aws_cloudwatch_event_bus').map((one) => one.text('name'))
  if (bus !== defaultBus && !known.includes(bus)) {
    given.refuse(`is on the event bus ${bus}, which the stack does not have`)
  }
}

function targetOf(target: Arguments, rule: Pick<Rule, 'arn'>, stack: Resources): Target {
  const deadLetters = target.block('dead_letter_config')?.optionalText('arn')
  const isApiDestination = target.text('arn').includes(':api-destination/')
  if (isApiDestination && !target.gives('role_arn')) {
    target.refuse('would be refused by EventBridge: RoleArn is required for an API destination')
  }
  if (!isApiDestination && target.gives('role_arn')) {
    target.refuse('uses role_arn, which the local cloud supports for API destinations only')
  }
  if (isApiDestination && !canBeAssumed(target, 'role_arn', ['events.amazonaws.com'], stack, rule.arn)) {
    target.refuse('would be refused by EventBridge: its role cannot be assumed by principal events.amazonaws.com')
  }
  const roleArn = target.optionalText('role_arn')
  const transformer = target.block('input_transformer')
  const retry = target.block('retry_policy')
  return {
    id: target.text('target_id'),
    arn: target.text('arn'),
    ...(roleArn && { roleArn }),
    ...(deadLetters && { deadLettersArn: deadLetters }),
    ...(transformer && {
      inputTransformer: {
        inputPaths: transformer.textMap('input_paths'),
        inputTemplate: transformer.text('input_template'),
      },
    }),
    ...(retry && {
      retryPolicy: {
        maximumRetryAttempts: retry.number('maximum_retry_attempts', 185),
        maximumEventAgeSeconds: retry.number('maximum_event_age_in_seconds', 86_400),
      },
    }),
  }
}
