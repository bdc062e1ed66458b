/**
 * The arguments whose changes Terraform ignores once the resource exists, by resource type; no plan or report of drift names them.
 * A function's team changes those of the first two when it ships: docs/decisions/0002-terraform-owns-configuration-teams-own-code.md
 * says why.
 */
export const terraformIgnored = {
  aws_lambda_function: ['filename', 'source_code_hash', 's3_bucket', 's3_key', 's3_object_version'],
  aws_lambda_alias: ['function_version', 'routing_config', 'description'],
  // A list to Terraform, which SES returns in an order of its own: each plan would change it, and each night report it.
  aws_sesv2_configuration_set: ['suppression_options'],
}
