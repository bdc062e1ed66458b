import type { Target } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { arnOf, type ResourceTypes } from './resource-type.ts'

export const eventBridge: ResourceTypes = {
  aws_cloudwatch_event_rule: {
    computed: (rule, place) => ({ id: rule.text('name'), arn: arnOf(place, 'events', `rule/${rule.text('name')}`) }),
    refuses: ['schedule_expression', 'role_arn'],
    add: (rule, model, stack) => {
      checkBus(rule)
      const targets = stack
        .ofType('aws_cloudwatch_event_target')
        .filter((one) => one.text('rule') === rule.text('name'))
      model.eventRules.push({
        name: rule.text('name'),
        arn: rule.text('arn'),
        eventPattern: rule.text('event_pattern'),
        enabled:
          (rule.optionalText('state') ?? 'ENABLED') !== 'DISABLED' && rule.optionalText('is_enabled') !== 'false',
        targets: targets.map(targetOf),
      })
    },
  },
  aws_cloudwatch_event_target: {
    computed: (target) => ({ target_id: target.optionalText('target_id') ?? target.address }),
    refuses: [
      'dead_letter_config',
      'ecs_target',
      'http_target',
      'input',
      'input_path',
      'role_arn',
      'run_command_targets',
      'sqs_target',
    ],
    add: (target, _, stack) => {
      checkBus(target)
      const rules = stack.ofType('aws_cloudwatch_event_rule').map((rule) => rule.text('name'))
      if (!rules.includes(target.text('rule'))) target.refuse(`belongs to ${target.text('rule')}, which is no rule`)
    },
  },
}

function checkBus(given: Arguments): void {
  const bus = given.optionalText('event_bus_name') ?? 'default'
  if (bus !== 'default') given.refuse(`is on the event bus ${bus}; the local cloud has the default one only`)
}

function targetOf(target: Arguments): Target {
  const transformer = target.block('input_transformer')
  const retry = target.block('retry_policy')
  return {
    id: target.text('target_id'),
    arn: target.text('arn'),
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
