import { TerraformVariable } from 'cdktf'
import type { Construct } from 'constructs'
import type { Settings } from './settings.ts'

/** Where links begin, as a Terraform variable, so that another may be given without a change of the settings. */
export function publicUrl(scope: Construct, settings: Pick<Settings, 'publicUrl' | 'domain'>): string | undefined {
  const url = publicUrlOf(settings)
  if (!url) return undefined
  return new TerraformVariable(scope, 'public_url', {
    type: 'string',
    description: 'Where links in mails begin, without a slash at the end',
    default: url,
  }).stringValue
}

const publicUrlOf = ({ publicUrl, domain }: Pick<Settings, 'publicUrl' | 'domain'>) =>
  publicUrl || (domain && `https://${domain.api}`)
