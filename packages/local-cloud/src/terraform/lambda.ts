import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { v5 as uuid } from 'uuid'
import type { StreamMapping } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { canBeAssumed } from './iam.ts'
import { arnOf, type Place, type ResourceTypes } from './resource-type.ts'

const invokeArn = ({ region }: Place, functionArn: string) =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`

export const lambda: ResourceTypes = {
  aws_lambda_function: {
    computed: (fn, place) => {
      const arn = arnOf(place, 'lambda', `function:${fn.text('function_name')}`)
      const version = fn.flag('publish') ? '1' : '$LATEST'
      return {
        id: fn.text('function_name'),
        arn,
        version,
        qualified_arn: `${arn}:${version}`,
        invoke_arn: invokeArn(place, arn),
        qualified_invoke_arn: invokeArn(place, `${arn}:${version}`),
      }
    },
    takes: [
      ...['function_name', 'role', 'handler', 'runtime', 'architectures', 'timeout', 'memory_size', 'publish'],
      ...['filename', 'source_code_hash', 'package_type', 'reserved_concurrent_executions'],
      ...['environment', 'tracing_config', 'logging_config.log_group'],
    ],
    unique: ['function_name'],
    // A function can use all of this machine's disk, and its log has the format that it prints.
    withoutEffect: [
      ...['ephemeral_storage', 'logging_config.application_log_level', 'logging_config.log_format'],
      ...['logging_config.system_log_level'],
    ],
    add: (fn, model, stack) => {
      const name = fn.text('function_name')
      const packaging = fn.optionalText('package_type') ?? 'Zip'
      if (packaging !== 'Zip') fn.refuse(`has package_type ${packaging}; only Zip runs locally`)
      // Terraform writes -1 for no reservation.
      const reserved = fn.number('reserved_concurrent_executions', -1)
      const codeFile = resolve(stack.place.folder, fn.text('filename'))
      if (!existsSync(codeFile)) fn.refuse(`needs the code file ${codeFile}, which is not there: run "npm run synth"`)
      if (!canBeAssumed(fn, 'role', ['lambda.amazonaws.com'], stack)) {
        fn.refuse('would be refused by Lambda: The role defined for the function cannot be assumed by Lambda')
      }
      const aliases = stack
        .ofType('aws_lambda_alias')
        .filter((alias) => [name, fn.text('arn')].includes(alias.text('function_name')))
      model.functions.push({
        name,
        arn: fn.text('arn'),
        description: fn.optionalText('description') ?? '',
        roleArn: fn.text('role'),
        handler: fn.text('handler'),
        runtime: fn.text('runtime'),
        architectures: fn.gives('architectures') ? fn.texts('architectures') : ['x86_64'],
        timeoutSeconds: fn.number('timeout', 3),
        memoryMegabytes: fn.number('memory_size', 128),
        environment: fn.block('environment')?.textMap('variables') ?? {},
        tracingMode: fn.block('tracing_config')?.text('mode') === 'Active' ? 'Active' : 'PassThrough',
        logGroup: fn.block('logging_config')?.optionalText('log_group') ?? `/aws/lambda/${name}`,
        ...(reserved >= 0 && { reservedConcurrency: reserved }),
        codeFile,
        aliases: aliases.map((alias) => alias.text('name')),
        ignored: {
          code: ['filename', 'source_code_hash'].every((argument) => !fn.gives(argument) || fn.ignores(argument)),
          aliases: aliases.filter((alias) => alias.ignores('function_version')).map((alias) => alias.text('name')),
        },
      })
    },
  },
  aws_lambda_alias: {
    computed: (alias, place) => {
      const name = alias.text('function_name').replace(/^arn:.*:function:/, '')
      const arn = arnOf(place, 'lambda', `function:${name}:${alias.text('name')}`)
      return { id: arn, arn, invoke_arn: invokeArn(place, arn) }
    },
    takes: ['name', 'function_name', 'function_version'],
    unique: ['function_name', 'name'],
    add: (alias, _, stack) => {
      alias.mustName('function_name', stack.ofType('aws_lambda_function'), ['function_name', 'arn'])
    },
  },
  aws_lambda_event_source_mapping: {
    computed: (mapping) => ({ id: uuid(mapping.address, uuid.URL), uuid: uuid(mapping.address, uuid.URL) }),
    takes: [
      ...['function_name', 'event_source_arn', 'enabled', 'batch_size', 'maximum_batching_window_in_seconds'],
      ...['function_response_types', 'scaling_config.maximum_concurrency', 'starting_position'],
      ...['bisect_batch_on_function_error', 'maximum_record_age_in_seconds', 'maximum_retry_attempts'],
      ...['parallelization_factor', 'destination_config.on_failure.destination_arn'],
    ],
    unique: ['event_source_arn', 'function_name'],
    add: (mapping, model, { place }) => {
      const sourceArn = mapping.optionalText('event_source_arn') ?? ''
      const isStream = /^arn:aws:dynamodb:.*\/stream\//.test(sourceArn)
      if (!isStream && !sourceArn.startsWith('arn:aws:sqs:'))
        mapping.refuse(`polls ${sourceArn}; the local cloud polls queues of SQS and streams of DynamoDB only`)
      const foreign = (isStream ? onlyOfQueues : onlyOfStreams).find((argument) => mapping.gives(argument))
      if (foreign) mapping.refuse(`uses ${foreign}, which Lambda refuses for this kind of source`)
      const name = mapping.text('function_name')
      const common = {
        name: mapping.address,
        functionArn: name.startsWith('arn:') ? name : arnOf(place, 'lambda', `function:${name}`),
        batchSize: mapping.number('batch_size', isStream ? 100 : 10),
        windowSeconds: mapping.number('maximum_batching_window_in_seconds', 0),
        reportsFailures: mapping.texts('function_response_types').includes('ReportBatchItemFailures'),
      }
      const ofStream = isStream ? streamMappingOf(mapping, { ...common, streamArn: sourceArn }) : undefined
      if (mapping.optionalText('enabled') === 'false') return
      if (ofStream) {
        model.streamMappings.push(ofStream)
        return
      }
      const maximumConcurrency = mapping.block('scaling_config')?.number('maximum_concurrency', 0)
      model.eventSourceMappings.push({
        ...common,
        queueArn: sourceArn,
        ...(maximumConcurrency && { maximumConcurrency }),
      })
    },
  },
  aws_lambda_permission: {
    takes: [...['function_name', 'qualifier', 'principal', 'action', 'source_arn', 'source_account', 'statement_id']],
    unique: ['function_name', 'qualifier', 'statement_id'],
    add: (permission, model, { place }) => {
      const name = permission.text('function_name')
      const qualifier = permission.optionalText('qualifier')
      const arn = name.startsWith('arn:') ? name : arnOf(place, 'lambda', `function:${name}`)
      const functionArn = qualifier ? `${arn}:${qualifier}` : arn
      model.permissions.push({
        functionArn,
        policy: JSON.stringify({ Statement: statementOf(permission, functionArn) }),
      })
    },
  },
}

const onlyOfQueues = ['scaling_config']
const onlyOfStreams = [
  ...['starting_position', 'bisect_batch_on_function_error', 'maximum_record_age_in_seconds'],
  ...['maximum_retry_attempts', 'parallelization_factor', 'destination_config'],
]

/** A mapping of a stream, with the limits of Lambda's API reference. */
function streamMappingOf(
  mapping: Arguments,
  common: Pick<StreamMapping, 'name' | 'functionArn' | 'batchSize' | 'windowSeconds' | 'reportsFailures' | 'streamArn'>,
): StreamMapping {
  const start = mapping.optionalText('starting_position')
  if (start !== 'TRIM_HORIZON' && start !== 'LATEST') {
    return mapping.refuse('needs TRIM_HORIZON or LATEST as starting_position')
  }
  if (mapping.number('parallelization_factor', 1) !== 1) {
    mapping.refuse('has a parallelization_factor other than 1, which the local cloud does not support')
  }
  const inRange = (name: string, value: number, least: number, most: number) => {
    if (Number.isInteger(value) && value >= least && value <= most) return value
    return mapping.refuse(`needs a whole number from ${least} to ${most} as ${name}`)
  }
  // Terraform and AWS write -1 for no limit.
  const limit = (name: string, least: number, most: number) => {
    const value = mapping.number(name, -1)
    return value === -1 ? undefined : inRange(name, value, least, most)
  }
  const age = limit('maximum_record_age_in_seconds', 60, 604_800)
  const attempts = limit('maximum_retry_attempts', 0, 10_000)
  const destination = mapping.block('destination_config')?.block('on_failure')?.optionalText('destination_arn')
  return {
    ...common,
    batchSize: inRange('batch_size', common.batchSize, 1, 10_000),
    windowSeconds: inRange('maximum_batching_window_in_seconds', common.windowSeconds, 0, 300),
    startingPosition: start,
    bisects: mapping.flag('bisect_batch_on_function_error'),
    ...(age !== undefined && { maximumRecordAgeSeconds: age }),
    ...(attempts !== undefined && { maximumRetryAttempts: attempts }),
    ...(destination && { onFailureArn: destination }),
  }
}

/** The statement that a permission adds to the policy of a function, or of its alias or version. */
function statementOf(permission: Arguments, functionArn: string): object {
  const principal = permission.text('principal')
  const [sourceArn, sourceAccount] = ['source_arn', 'source_account'].map((name) => permission.optionalText(name))
  return {
    Sid: permission.optionalText('statement_id') ?? permission.address,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { [principal.endsWith('.amazonaws.com') ? 'Service' : 'AWS']: principal },
    Action: permission.text('action'),
    Resource: functionArn,
    Condition: {
      ...(sourceArn && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
      ...(sourceAccount && { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    },
  }
}

/** The ARN inside the form in which API Gateway names a function, or the ARN itself. */
export function functionArnOf(uri: string): string {
  return uri.match(/:path\/2015-03-31\/functions\/([^/]+)\/invocations$/)?.[1] ?? uri
}
