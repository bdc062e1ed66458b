/**
 * The arguments that a function's team changes when it ships, and that Terraform therefore ignores, by resource type.
 * docs/decisions/0002-terraform-owns-configuration-teams-own-code.md says why.
 */
export const terraformIgnored = {
  aws_lambda_function: ['filename', 'source_code_hash', 's3_bucket', 's3_key', 's3_object_version'],
  aws_lambda_alias: ['function_version', 'routing_config', 'description'],
}
