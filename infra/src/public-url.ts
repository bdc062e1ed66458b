import { TerraformVariable } from 'cdktf'
import type { Construct } from 'constructs'

/** Where links begin, as a Terraform variable, so that another may be given without a change of the settings. */
export function publicUrl(scope: Construct, url: string | undefined): string | undefined {
  if (!url) return undefined
  return new TerraformVariable(scope, 'public_url', {
    type: 'string',
    description: 'Where links in mails begin, without a slash at the end',
    default: url,
  }).stringValue
}
