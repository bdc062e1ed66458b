/*
 * The arguments whose changes Terraform ignores once the resource exists, by resource type: no plan changes them.
 */

/**
 * What a function's team changes when it ships; no report of drift names it.
 * docs/decisions/0002-terraform-owns-configuration-teams-own-code.md says why.
 */
export const changedByShipping = {
  aws_lambda_function: ['filename', 'source_code_hash', 's3_bucket', 's3_key', 's3_object_version'],
  aws_lambda_alias: ['function_version', 'routing_config', 'description'],
}

/** What `npm run webhook -- secret` sets, so that no state of Terraform has the secret. */
export const changedByWebhookCommand = {
  aws_cloudwatch_event_connection: ['auth_parameters'],
}

/**
 * What has a list in it that AWS returns in an order of its own, while it is a list to Terraform: each plan would change it.
 * Terraform cannot ignore the order alone. So the report on a plan names other elements, and people set them by hand.
 */
export const returnedInAnyOrder = {
  aws_sesv2_configuration_set: ['suppression_options'],
}
