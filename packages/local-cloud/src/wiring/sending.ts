import { BrandText } from '@confirmation-reminder/contracts/brand'
import type { Sending } from '@confirmation-reminder/gallery/gallery'
import * as v from 'valibot'
import type { StackModel } from '../core/stack-model.ts'

const example: Sending = {
  BRAND: { name: 'Example', accent: '#1f5fbf', postalAddress: 'Example Ltd, 1 Example Street, Dublin, Ireland' },
  PUBLIC_URL: 'https://example.com',
  MAIL_SENDER: 'hello@example.com',
  MAIL_REPLY_TO: 'hello@example.com',
  MAIL_CONFIGURATION_SET: 'example',
}

/** How the functions of a stack send mails, by the environment of one that does; an example if none does. */
export function sendingOf({ functions }: Pick<StackModel, 'functions'>): Sending {
  const sender = functions.find(({ environment }) => Object.keys(example).every((name) => environment[name]))
  const brand = v.safeParse(BrandText, sender?.environment.BRAND)
  return { ...example, ...sender?.environment, BRAND: brand.success ? brand.output : example.BRAND }
}
