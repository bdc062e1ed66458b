// Not in the bindings: a change of these arguments makes AWS, and so the provider, replace the resource.
// Only the types that the stacks use, from each resource's page in the provider's documentation ("Forces new resource").
const forcesReplacement: Record<string, string[]> = {
  aws_acm_certificate: ['domain_name', 'validation_method', 'key_algorithm', 'subject_alternative_names'],
  aws_acm_certificate_validation: ['certificate_arn', 'validation_record_fqdns'],
  aws_apigatewayv2_api: ['protocol_type'],
  aws_apigatewayv2_api_mapping: ['domain_name'],
  aws_apigatewayv2_domain_name: ['domain_name'],
  aws_apigatewayv2_integration: ['api_id', 'integration_type'],
  aws_apigatewayv2_route: ['api_id'],
  aws_apigatewayv2_stage: ['api_id', 'name'],
  aws_chatbot_slack_channel_configuration: ['slack_channel_id', 'slack_team_id'],
  aws_cloudwatch_event_rule: ['name', 'event_bus_name'],
  aws_cloudwatch_event_target: ['rule', 'target_id', 'event_bus_name'],
  aws_cloudwatch_log_group: ['name'],
  aws_cloudwatch_metric_alarm: ['alarm_name'],
  aws_dynamodb_table: ['name', 'hash_key', 'range_key'],
  aws_iam_policy: ['name', 'path', 'description'],
  aws_iam_role: ['name', 'path'],
  aws_iam_role_policy: ['name', 'role'],
  aws_kms_alias: ['name'],
  aws_kms_key: ['customer_master_key_spec', 'key_usage', 'multi_region'],
  aws_lambda_alias: ['function_name', 'name'],
  aws_lambda_event_source_mapping: ['event_source_arn'],
  aws_lambda_function: ['function_name', 'package_type'],
  aws_lambda_permission: ['action', 'function_name', 'principal', 'qualifier', 'source_arn', 'statement_id'],
  aws_route53_record: ['name', 'type', 'zone_id'],
  aws_sesv2_configuration_set: ['configuration_set_name'],
  aws_sesv2_configuration_set_event_destination: ['configuration_set_name', 'event_destination_name'],
  aws_sesv2_email_identity: ['email_identity'],
  aws_sesv2_email_identity_mail_from_attributes: ['email_identity'],
  aws_sfn_state_machine: ['name', 'type'],
  aws_sns_topic: ['name', 'fifo_topic'],
  aws_sns_topic_policy: ['arn'],
  aws_sns_topic_subscription: ['endpoint', 'protocol', 'topic_arn'],
  aws_sqs_queue: ['name', 'fifo_queue'],
  aws_sqs_queue_policy: ['queue_url'],
}

/** The arguments whose change replaces a resource of this type. A change of Region replaces every resource that has one. */
export function replacing(type: string): string[] {
  return [...(forcesReplacement[type] ?? []), 'region']
}

// Values that AWS sets again whenever the resource changes, so that they are unknown in a plan.
const changesOnUpdate: Record<string, string[]> = {
  aws_lambda_function: ['version', 'qualified_arn', 'qualified_invoke_arn', 'last_modified'],
  aws_sfn_state_machine: ['revision_id', 'state_machine_version_arn'],
}

/** The computed attributes that an update in place makes unknown. */
export function recomputed(type: string): string[] {
  return changesOnUpdate[type] ?? []
}
