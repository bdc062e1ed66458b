/** One case: whether a `Resource` in a policy covers the ARN of a resource. */
export type Case = [resource: string, arn: string, covered: boolean]

const account = '123456789012'
const topic = `arn:aws:sns:eu-west-1:${account}:notify`
const alias = `arn:aws:lambda:eu-west-1:${account}:function:reminder:live`

/**
 * For tests: the cases of the IAM User Guide, "IAM JSON policy elements: Resource", and what follows from its rule that a
 * wildcard stays within its segment, unless a `*` is the segment's last character. Every user of this package decides
 * them alike.
 */
export const documentedCases: Case[] = [
  // "All IAM users whose path is /accounting".
  [`arn:aws:iam::${account}:user/accounting/*`, `arn:aws:iam::${account}:user/accounting/bob`, true],
  [`arn:aws:iam::${account}:user/accounting/*`, `arn:aws:iam::${account}:user/sales/bob`, false],
  // "All items within a specific Amazon S3 bucket".
  ['arn:aws:s3:::amzn-s3-demo-bucket/*', 'arn:aws:s3:::amzn-s3-demo-bucket/object.jpg', true],
  ['arn:aws:s3:::amzn-s3-demo-bucket/*', 'arn:aws:s3:::amzn-s3-demo-bucket', false],
  // "The wildcards in the ARN apply to all of the following objects in the bucket".
  ...[
    '1/test/object.jpg',
    '1/2/test/object.jpg',
    '1/2/test/3/object.jpg',
    '1/2/3/test/4/object.jpg',
    '1///test///object.jpg',
    '1/test/.jpg',
    '/test/object.jpg',
    '1/test/',
  ].map((key): Case => ['arn:aws:s3:::amzn-s3-demo-bucket/*/test/*', `arn:aws:s3:::amzn-s3-demo-bucket/${key}`, true]),
  // "The ARN would not match the following objects".
  ...['1-test/object.jpg', 'test/object.jpg', '1/2/test.jpg'].map(
    (key): Case => ['arn:aws:s3:::amzn-s3-demo-bucket/*/test/*', `arn:aws:s3:::amzn-s3-demo-bucket/${key}`, false],
  ),
  // "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon".
  ['*', topic, true],
  ['arn:aws:sns:*', topic, true],
  ['arn:aws:sns:eu-*', topic, true],
  ['arn:aws:sns:*:notify', topic, true],
  ['arn:aws:sns:*:*:notify', topic, true],
  [`arn:aws:lambda:eu-west-1:${account}:function:*`, alias, true],
  ['arn:aws:sqs:*', topic, false],
  // Elsewhere it stays within its segment.
  [`arn:aws:sns:eu-*-1:${account}:notify`, topic, true],
  ['arn:aws:sns:eu*notify', topic, false],
  ['arn:aws:sns:*-1:notify', topic, false],
  // The resource is one segment, though it may hold colons.
  [`arn:aws:lambda:eu-west-1:${account}:function*live`, alias, true],
  // `?` is exactly one character, and no colon between segments.
  ['arn:aws:sns:eu-west-?:123456789012:notify', topic, true],
  ['arn:aws:sns:eu-west-1?123456789012:notify', topic, false],
  ['arn:aws:sns:eu-west-1?:123456789012:notify', topic, false],
  // Case counts in ARNs.
  [topic.toUpperCase(), topic, false],
]
