/**
 * What a function's team moves when it ships, and Terraform therefore leaves alone: by type of resource, the arguments.
 * docs/decisions/0002-terraform-owns-configuration-teams-own-code.md says why.
 */
export const terraformIgnored = {
  aws_lambda_function: ['filename', 'source_code_hash', 's3_bucket', 's3_key', 's3_object_version'],
  aws_lambda_alias: ['function_version', 'routing_config', 'description'],
}
