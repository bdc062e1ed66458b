/** Something that AWS sells, and where its price list has it. */
export interface Product {
  /** The figure is the price of so many units. */
  per: number
  unit: string
  /** The service's code in the Price List bulk API, and the product's usage type there. */
  service: string
  /** Whether the service has one price list for all Regions. */
  global?: true
  usageType: string
  /** How many units of an account cost nothing, in every month. Other free tiers are not counted. */
  free?: number
  /** AWS's page about the price, which has the last word. */
  page: string
}

/** The Region of the stages (infra/src/settings.ts). The usage types below are those of this Region. */
export const region = 'eu-west-1'

/**
 * What the stages pay for. The prices, in price-figures.ts, are AWS's list prices without free tiers, discounts and
 * taxes. Data transfer is left out: pages and mails of this system are a few kilobytes.
 */
export const products = {
  lambdaGigabyteSecond: product(1, 'GB-second on arm64', 'AWSLambda', 'EU-Lambda-GB-Second-ARM', 'lambda/pricing'),
  lambdaRequest: product(1e6, 'requests', 'AWSLambda', 'EU-Request-ARM', 'lambda/pricing'),
  stateTransition: product(
    1000,
    'state transitions of Standard runs',
    'AmazonStates',
    'EU-StateTransition',
    'step-functions/pricing',
  ),
  writeUnit: dynamoDb(1e6, 'write request units on demand', 'EU-WriteRequestUnits'),
  readUnit: dynamoDb(1e6, 'read request units on demand', 'EU-ReadRequestUnits'),
  tableGigabyteMonth: dynamoDb(1, 'GB-month of table', 'EU-TimedStorage-ByteHrs'),
  recoveryGigabyteMonth: dynamoDb(1, 'GB-month of point-in-time recovery', 'EU-TimedPITRStorage-ByteHrs'),
  mail: product(1000, 'mails', 'AmazonSES', 'EU-Recipients', 'ses/pricing'),
  // Queries of alias records that lead to API Gateway are free, and so are certificates of ACM that stay in AWS. The zone, at
  // half a dollar a month, exists without this system.
  dnsQuery: {
    ...product(1e6, 'DNS queries of records that are no alias', 'AmazonRoute53', 'DNS-Queries', 'route53/pricing'),
    global: true,
  },
  httpApiRequest: product(
    1e6,
    'requests of an HTTP API',
    'AmazonApiGateway',
    'EU-ApiGatewayHttpRequest',
    'api-gateway/pricing',
  ),
  logGigabyte: cloudWatch('GB of logs taken in', 'EU-DataProcessing-Bytes'),
  logGigabyteMonth: cloudWatch('GB-month of logs kept', 'EU-TimedStorage-ByteHrs'),
  alarmMonth: cloudWatch('alarm on one metric, a month', 'EU-CW:AlarmMonitorUsage'),
  // CloudWatch bills the hours in which a metric gets a value. Most of ours count what rarely happens: they cost less.
  metricMonth: cloudWatch('metric that functions count, a month', 'EU-CW:MetricMonitorUsage'),
  dashboardMonth: {
    ...cloudWatch('dashboard of up to 50 metrics, a month', 'DashboardsUsageHour-Basic'),
    global: true,
    free: 3,
  },
  trace: product(1e6, 'traces recorded', 'AWSXRay', 'EU-XRay-TracesStored', 'xray/pricing'),
  queueRequest: product(1e6, 'requests to standard queues', 'AWSQueueService', 'EU-Requests-RBP', 'sqs/pricing'),
  customEvent: eventBridge('64 KB of events put on a bus', 'EU-Event-64K-Chunks'),
  // The usage type is a guess: if the list has another one, `npm run prices` says so, and keeps the figure.
  webhookCall: eventBridge('calls of an API destination', 'EU-ApiDestinations-Invocation'),
  // Only what docs/scale.md compares with. Its usage type is a guess too.
  scheduleInvocation: eventBridge('invocations of EventBridge Scheduler', 'EU-ScheduledInvocation'),
  expressRequest: product(1e6, 'Express runs', 'AmazonStates', 'EU-StepFunctions-Request', 'step-functions/pricing'),
  expressGigabyteSecond: product(
    1,
    'GB-second of Express runs',
    'AmazonStates',
    'EU-StepFunctions-GB-Second',
    'step-functions/pricing',
  ),
  publication: product(1e6, 'messages published', 'AmazonSNS', 'EU-Requests-Tier1', 'sns/pricing'),
  // A key that rotates costs as much again after a year, and once more after two.
  keyMonth: product(1, 'customer-managed key, a month', 'awskms', 'eu-west-1-KMS-Keys', 'kms/pricing'),
  keyRequest: product(10_000, 'requests to a key', 'awskms', 'eu-west-1-KMS-Requests', 'kms/pricing'),
} as const satisfies Record<string, Product>

export type Priced = keyof typeof products

/** The price of a product, and where the figure is from. */
export interface Figure {
  /** US dollars for `per` units. */
  usd: number
  /** When AWS published the price list that the figure is from. Left out: it was not read in AWS's price list. */
  published?: string
  /** Where the figure was read, where that was not AWS's price list itself. */
  readIn?: string
}

function product(per: number, unit: string, service: string, usageType: string, page: string): Product {
  return { per, unit, service, usageType, page: `https://aws.amazon.com/${page}/` }
}

function dynamoDb(per: number, unit: string, usageType: string): Product {
  return product(per, unit, 'AmazonDynamoDB', usageType, 'dynamodb/pricing/on-demand')
}

function eventBridge(unit: string, usageType: string): Product {
  return product(1e6, unit, 'AWSEvents', usageType, 'eventbridge/pricing')
}

function cloudWatch(unit: string, usageType: string): Product {
  return product(1, unit, 'AmazonCloudWatch', usageType, 'cloudwatch/pricing')
}
