import { brand } from '@confirmation-reminder/contracts/test/brand'

/** How an example stage sends its mails. */
export const sending = {
  BRAND: brand,
  PUBLIC_URL: 'https://api.example.com',
  MAIL_SENDER: 'Example <hello@example.com>',
  MAIL_REPLY_TO: 'help@example.com',
  MAIL_CONFIGURATION_SET: 'example-mail',
}
