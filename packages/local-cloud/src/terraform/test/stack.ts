import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A small stack of everything that the reader makes part of the model, as infra would write it. */
export function smallStack() {
  return {
    provider: { aws: [{ region: 'eu-central-1' }] },
    variable: { public_url: { default: 'https://example.com' } } as Record<string, Record<string, unknown>>,
    data: { aws_caller_identity: { current: {} } },
    resource: {
      aws_dynamodb_table: {
        customers: {
          name: 'customers-dev',
          hash_key: 'customerId',
          attribute: [{ name: 'customerId', type: 'S' }],
          ttl: { attribute_name: 'expiresAt', enabled: true },
          lifecycle: { prevent_destroy: true },
        },
      },
      aws_iam_role: {
        register: {
          name: 'register',
          assume_role_policy:
            '{"Statement":{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","states.amazonaws.com"]},"Action":"sts:AssumeRole"}}',
        },
      },
      aws_lambda_function: {
        register: {
          function_name: 'register-dev',
          role: '${aws_iam_role.register.arn}',
          filename: 'register.zip',
          handler: 'handler.handler',
          runtime: 'nodejs24.x',
          architectures: ['arm64'],
          timeout: 10,
          memory_size: 512,
          environment: {
            variables: {
              CUSTOMERS_TABLE: '${aws_dynamodb_table.customers.name}',
              PUBLIC_URL: '${var.public_url}',
              STATE_MACHINE_ARN:
                'arn:aws:states:eu-central-1:${data.aws_caller_identity.current.account_id}:stateMachine:reminder',
            },
          },
          tracing_config: { mode: 'Active' },
          lifecycle: { ignore_changes: ['filename'] },
        } as Record<string, unknown>,
      },
      aws_lambda_alias: {
        'register-live': {
          name: 'live',
          function_name: '${aws_lambda_function.register.function_name}',
          lifecycle: { ignore_changes: ['function_version'] },
        } as Record<string, unknown>,
      },
      aws_sfn_state_machine: {
        workflow: {
          name: 'reminder',
          role_arn: '${aws_iam_role.register.arn}',
          definition: JSON.stringify({
            StartAt: 'Remind',
            States: { Remind: { Type: 'Task', Resource: '${aws_lambda_alias.register-live.arn}', End: true } },
          }),
        },
      },
      aws_apigatewayv2_api: { api: { name: 'api-dev', protocol_type: 'HTTP' } as Record<string, unknown> },
      aws_apigatewayv2_integration: {
        register: {
          api_id: '${aws_apigatewayv2_api.api.id}',
          integration_type: 'AWS_PROXY',
          integration_uri: '${aws_lambda_alias.register-live.invoke_arn}',
          payload_format_version: '2.0',
        },
      },
      aws_apigatewayv2_route: {
        register: {
          api_id: '${aws_apigatewayv2_api.api.id}',
          route_key: 'POST /registrations',
          target: 'integrations/${aws_apigatewayv2_integration.register.id}',
        },
      },
      aws_sns_topic: { notify: { name: 'notify' } as Record<string, unknown> },
      aws_sns_topic_subscription: {
        listener: {
          topic_arn: '${aws_sns_topic.notify.arn}',
          protocol: 'sqs',
          endpoint: '${aws_sqs_queue.jobs.arn}',
          raw_message_delivery: true,
        },
      },
      aws_sqs_queue: {
        jobs: {
          name: 'jobs',
          visibility_timeout_seconds: 180,
          redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dead.arn}","maxReceiveCount":1000}',
        } as Record<string, unknown>,
        dead: { name: 'dead', message_retention_seconds: 1_209_600 },
      },
      aws_sqs_queue_policy: {
        jobs: {
          queue_url: '${aws_sqs_queue.jobs.id}',
          policy:
            '{"Statement":{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"${aws_sqs_queue.jobs.arn}"}}',
        },
      },
      aws_iam_role_policy: {
        register: {
          role: '${aws_iam_role.register.name}',
          policy:
            '{"Statement":{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":"${aws_sqs_queue.jobs.arn}"}}',
        },
      },
      aws_lambda_event_source_mapping: {
        jobs: {
          event_source_arn: '${aws_sqs_queue.jobs.arn}',
          function_name: '${aws_lambda_alias.register-live.arn}',
          function_response_types: ['ReportBatchItemFailures'],
          scaling_config: { maximum_concurrency: 2 },
        } as Record<string, unknown>,
      },
      aws_sesv2_configuration_set_event_destination: {
        events: {
          configuration_set_name: '${aws_ses_configuration_set.mail.name}',
          event_destination_name: 'events',
          event_destination: {
            enabled: true,
            matching_event_types: ['SEND', 'BOUNCE'],
            sns_destination: { topic_arn: '${aws_sns_topic.notify.arn}' },
          },
        },
      },
      aws_ses_domain_identity: { sender: { domain: 'example.com' } },
      aws_ses_configuration_set: { mail: { name: 'mail-dev' } },
    } as Record<string, Record<string, Record<string, unknown>>>,
    output: { url: { value: '${aws_apigatewayv2_api.api.api_endpoint}' } } as Record<string, unknown>,
  }
}

/** Writes a stack into a new folder, with the zip that the small stack expects. Returns the folder. */
export function writeStack(stack: object | string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stack-'))
  writeFileSync(join(folder, 'cdk.tf.json'), typeof stack === 'string' ? stack : JSON.stringify(stack))
  writeFileSync(join(folder, 'register.zip'), '')
  return folder
}
