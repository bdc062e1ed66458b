import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { v5 as uuid } from 'uuid'
import type { Arguments } from './arguments.ts'
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
    refuses: ['image_uri', 's3_bucket', 'layers', 'file_system_config', 'durable_config', 'dead_letter_config'],
    add: (fn, model, stack) => {
      const name = fn.text('function_name')
      // Terraform writes -1 for no reservation.
      const reserved = fn.number('reserved_concurrent_executions', -1)
      const codeFile = resolve(stack.place.folder, fn.text('filename'))
      if (!existsSync(codeFile)) fn.refuse(`needs the code file ${codeFile}, which is not there: run "npm run synth"`)
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
    refuses: ['routing_config'],
  },
  aws_lambda_event_source_mapping: {
    computed: (mapping) => ({ id: uuid(mapping.address, uuid.URL), uuid: uuid(mapping.address, uuid.URL) }),
    refuses: [
      'filter_criteria',
      'destination_config',
      'provisioned_poller_config',
      'self_managed_event_source',
      'document_db_event_source_config',
      'amazon_managed_kafka_event_source_config',
    ],
    add: (mapping, model, { place }) => {
      const queueArn = mapping.optionalText('event_source_arn') ?? ''
      if (!queueArn.startsWith('arn:aws:sqs:'))
        mapping.refuse(`polls ${queueArn}; the local cloud polls queues of SQS only`)
      if (mapping.optionalText('enabled') === 'false') return
      const name = mapping.text('function_name')
      const maximumConcurrency = mapping.block('scaling_config')?.number('maximum_concurrency', 0)
      model.eventSourceMappings.push({
        name: mapping.address,
        queueArn,
        functionArn: name.startsWith('arn:') ? name : arnOf(place, 'lambda', `function:${name}`),
        batchSize: mapping.number('batch_size', 10),
        windowSeconds: mapping.number('maximum_batching_window_in_seconds', 0),
        reportsFailures: mapping.texts('function_response_types').includes('ReportBatchItemFailures'),
        ...(maximumConcurrency && { maximumConcurrency }),
      })
    },
  },
  aws_lambda_permission: {
    refuses: ['event_source_token', 'function_url_auth_type', 'invoked_via_function_url', 'principal_org_id'],
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
