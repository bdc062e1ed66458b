/** The header that proves to a webhook who calls it. */
export const webhookHeader = 'x-webhook-secret'

/** What the header has until `npm run webhook -- secret` sets a secret. Everybody can read it here: a receiver refuses it. */
export const webhookPlaceholder = 'set-by-npm-run-webhook-secret'
