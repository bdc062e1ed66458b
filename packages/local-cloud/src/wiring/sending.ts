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
  const names = Object.keys(example)
  const sender = functions.find(({ environment }) => names.every((name) => environment[name]))
  if (!sender) return example
  const { environment } = sender
  // Nothing but these: other variables are texts, which a page would take for what a function reads from them.
  const own = Object.fromEntries(names.map((name) => [name, environment[name]]))
  const brand = v.safeParse(BrandText, environment.BRAND)
  return { ...example, ...own, BRAND: brand.success ? brand.output : example.BRAND }
}
