/** One line of a price list: so many dollars for so many units. */
interface Price {
  usd: number
  per: number
  unit: string
  source: string
  /** Whether the figure was compared with a published page on the list's date. The others are common knowledge. */
  rechecked: boolean
}

const source = (page: string) => `https://aws.amazon.com/${page}/`

/**
 * AWS's list prices in one Region, without free tiers, discounts and taxes. Most Regions of Europe are equal or up to
 * 15 % dearer. Data transfer is left out: pages and mails of this system are a few kilobytes.
 */
export const priceList = {
  region: 'us-east-1',
  dated: '2025-11-23',
  prices: {
    lambdaGigabyteSecond: price(0.0000133334, 1, 'GB-second on arm64', 'lambda/pricing'),
    lambdaRequest: price(0.2, 1e6, 'requests', 'lambda/pricing'),
    stateTransition: price(0.025, 1000, 'state transitions of Standard runs', 'step-functions/pricing', true),
    writeUnit: price(0.625, 1e6, 'write request units on demand', 'dynamodb/pricing/on-demand', true),
    readUnit: price(0.125, 1e6, 'read request units on demand', 'dynamodb/pricing/on-demand', true),
    tableGigabyteMonth: price(0.25, 1, 'GB-month of table', 'dynamodb/pricing/on-demand'),
    recoveryGigabyteMonth: price(0.2, 1, 'GB-month of point-in-time recovery', 'dynamodb/pricing/on-demand'),
    mail: price(0.1, 1000, 'mails', 'ses/pricing'),
    httpApiRequest: price(1, 1e6, 'requests of an HTTP API', 'api-gateway/pricing'),
    logGigabyte: price(0.5, 1, 'GB of logs taken in', 'cloudwatch/pricing'),
    logGigabyteMonth: price(0.03, 1, 'GB-month of logs kept', 'cloudwatch/pricing'),
    alarmMonth: price(0.1, 1, 'alarm on one metric, a month', 'cloudwatch/pricing'),
    trace: price(5, 1e6, 'traces recorded', 'xray/pricing'),
    publication: price(0.5, 1e6, 'messages published', 'sns/pricing'),
    keyMonth: price(1, 1, 'customer-managed key, a month', 'kms/pricing'),
    keyRequest: price(0.03, 10_000, 'requests to a key', 'kms/pricing'),
    customEvent: price(1, 1e6, "events of one's own; those of AWS's services are free", 'eventbridge/pricing'),
  },
} as const satisfies { region: string; dated: string; prices: Record<string, Price> }

export type Priced = keyof typeof priceList.prices

/** What so many of something cost, in US dollars. */
export function priceOf(what: Priced, amount: number): number {
  const { usd, per } = priceList.prices[what]
  return (amount / per) * usd
}

function price(usd: number, per: number, unit: string, page: string, rechecked = false): Price {
  return { usd, per, unit, source: source(page), rechecked }
}
