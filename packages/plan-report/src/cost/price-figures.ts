import type { Figure, Priced } from './products.ts'

// Written by `npm run prices` from AWS's Price List bulk API. The first figures were read without access to it, in public
// copies of its files; those without `published` were found in none, and are the prices of us-east-1 as others quote them.
export const figures: Record<Priced, Figure> = {
  lambdaGigabyteSecond: { usd: 0.0000133334, published: '2026-10-01', readIn: 'github.com/mamtha4u/SDLC' },
  lambdaRequest: { usd: 0.2, published: '2026-10-01', readIn: 'github.com/mamtha4u/SDLC' },
  stateTransition: { usd: 0.025, published: '2026-09-11', readIn: 'a public note that quotes the price list' },
  writeUnit: { usd: 0.705, published: '2026-09-11', readIn: 'github.com/henderjm/world-cup-sweepstake' },
  readUnit: { usd: 0.1415, published: '2026-09-11', readIn: 'github.com/henderjm/world-cup-sweepstake' },
  tableGigabyteMonth: { usd: 0.283, published: '2026-09-11', readIn: 'github.com/henderjm/world-cup-sweepstake' },
  recoveryGigabyteMonth: { usd: 0.22, published: '2026-09-11', readIn: 'github.com/henderjm/world-cup-sweepstake' },
  mail: { usd: 0.1, readIn: 'acecloudinterviews.com/tutorials/aws/ses' },
  dnsQuery: { usd: 0.4, readIn: 'aws.amazon.com/route53/pricing, as others quote it' },
  httpApiRequest: { usd: 1.11, published: '2026-10-02', readIn: 'github.com/henderjm/world-cup-sweepstake' },
  logGigabyte: { usd: 0.57, published: '2026-09-22', readIn: 'github.com/mamtha4u/SDLC' },
  logGigabyteMonth: { usd: 0.03, published: '2026-09-22', readIn: 'github.com/mamtha4u/SDLC' },
  alarmMonth: { usd: 0.1, published: '2026-09-22', readIn: 'github.com/mamtha4u/SDLC' },
  metricMonth: { usd: 0.3, readIn: 'aws.amazon.com/cloudwatch/pricing, as others quote it' },
  dashboardMonth: { usd: 3, readIn: 'aws.amazon.com/cloudwatch/pricing, as others quote it' },
  trace: { usd: 5, readIn: 'awsnegotiations.com/x-ray-pricing-strategy.html' },
  queueRequest: { usd: 0.4, readIn: 'aws.amazon.com/sqs/pricing, as others quote it' },
  customEvent: { usd: 1, readIn: 'aws.amazon.com/eventbridge/pricing, as others quote it' },
  webhookCall: { usd: 0.2, readIn: 'aws.amazon.com/eventbridge/pricing, as others quote it' },
  scheduleInvocation: { usd: 1, readIn: 'cloudburn.io/blog/amazon-eventbridge-pricing' },
  expressRequest: { usd: 1, readIn: 'wring.co/blog/aws-step-functions-pricing-guide' },
  expressGigabyteSecond: { usd: 0.00001667, readIn: 'wring.co/blog/aws-step-functions-pricing-guide' },
  publication: { usd: 0.5, published: '2026-09-15', readIn: 'github.com/mamtha4u/SDLC' },
  keyMonth: { usd: 1, readIn: 'aws.amazon.com/kms/pricing' },
  keyRequest: { usd: 0.03, published: '2026-09-11', readIn: 'a public note that quotes the price list' },
}
