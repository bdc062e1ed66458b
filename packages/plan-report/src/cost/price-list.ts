const lambdaCost = 'git.mcrn.ar/mariano/lambda_local_runner/src/branch/main/docs/lambdas-md/lambda-13-cost.md'
const airbyte = 'airbyte.com/data-engineering-resources/dynamodb-pricing'
const factualMinds = 'factualminds.com/blog/amazon-'

/** One line of a price list: so many dollars for so many units. */
interface Price {
  usd: number
  per: number
  unit: string
  /** AWS's own page, which has the last word. */
  source: string
  /** Where the figure was read on the list's date, as AWS's pages draw theirs by script. Left out: from memory. */
  seen?: string
}

/**
 * AWS's list prices in one Region, without free tiers, discounts and taxes. Most Regions of Europe are equal or up to
 * 15 % dearer. Data transfer is left out: pages and mails of this system are a few kilobytes.
 */
export const priceList = {
  region: 'us-east-1',
  dated: '2026-11-25',
  prices: {
    lambdaGigabyteSecond: price(0.0000133334, 1, 'GB-second on arm64', 'lambda/pricing', lambdaCost),
    lambdaRequest: price(0.2, 1e6, 'requests', 'lambda/pricing', lambdaCost),
    stateTransition: price(
      0.025,
      1000,
      'state transitions of Standard runs',
      'step-functions/pricing',
      'aws.amazon.com/step-functions/pricing',
    ),
    writeUnit: price(0.625, 1e6, 'write request units on demand', 'dynamodb/pricing/on-demand', airbyte),
    readUnit: price(0.125, 1e6, 'read request units on demand', 'dynamodb/pricing/on-demand', airbyte),
    tableGigabyteMonth: price(
      0.25,
      1,
      'GB-month of table',
      'dynamodb/pricing/on-demand',
      'aws.amazon.com/dynamodb/pricing',
    ),
    recoveryGigabyteMonth: price(
      0.2,
      1,
      'GB-month of point-in-time recovery',
      'dynamodb/pricing/on-demand',
      'finops.com.py/services/dynamodb/backups',
    ),
    mail: price(0.1, 1000, 'mails', 'ses/pricing', 'acecloudinterviews.com/tutorials/aws/ses'),
    httpApiRequest: price(1, 1e6, 'requests of an HTTP API', 'api-gateway/pricing', 'apigatewaycost.com/aws'),
    logGigabyte: price(
      0.5,
      1,
      'GB of logs taken in',
      'cloudwatch/pricing',
      `${factualMinds}cloudwatch-pricing-metrics-logs-alarms-dashboards`,
    ),
    logGigabyteMonth: price(0.03, 1, 'GB-month of logs kept', 'cloudwatch/pricing'),
    alarmMonth: price(
      0.1,
      1,
      'alarm on one metric, a month',
      'cloudwatch/pricing',
      '002-workshop-application-performance-monitoring.huyanh.click/5-optimization',
    ),
    trace: price(5, 1e6, 'traces recorded', 'xray/pricing', 'awsnegotiations.com/x-ray-pricing-strategy.html'),
    publication: price(
      0.5,
      1e6,
      'messages published',
      'sns/pricing',
      `${factualMinds}sns-pricing-publishes-fanout-protocols`,
    ),
    // A key that rotates costs as much again after a year, and once more after two.
    keyMonth: price(1, 1, 'customer-managed key, a month', 'kms/pricing', 'aws.amazon.com/kms/pricing'),
    keyRequest: price(
      0.03,
      10_000,
      'requests to a key',
      'kms/pricing',
      'factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region',
    ),
  },
} as const satisfies { region: string; dated: string; prices: Record<string, Price> }

export type Priced = keyof typeof priceList.prices

/** What so many of something cost, in US dollars. */
export function priceOf(what: Priced, amount: number): number {
  const { usd, per } = priceList.prices[what]
  return (amount / per) * usd
}

function price(usd: number, per: number, unit: string, page: string, seen?: string): Price {
  return { usd, per, unit, source: `https://aws.amazon.com/${page}/`, ...(seen && { seen: `https://${seen}` }) }
}
