import { CloudWatchClient, DescribeAlarmHistoryCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { LambdaClient, ListFunctionsCommand, ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda'
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { LocalCloud } from '../local-cloud.ts'

const AttributeNames = ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const

/** What a local cloud keeps, and an attack could change: it is the same before and after an attack that fails. */
export async function everythingIn(cloud: LocalCloud): Promise<object> {
  const [dynamodb, lambda] = [new DynamoDBClient(cloud.client), new LambdaClient(cloud.client)]
  const [cloudWatch, sqs] = [new CloudWatchClient(cloud.client), new SQSClient(cloud.client)]
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}))
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}))
  const local = async (path: string) => (await fetch(`${cloud.cloudUrl}/_local/${path}`)).json()
  const { offsetSeconds } = (await local('clock')) as { offsetSeconds: number }
  const { AlarmHistoryItems = [] } = await cloudWatch.send(new DescribeAlarmHistoryCommand({ MaxRecords: 100 }))
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}))
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
  return {
    tables: await Promise.all(
      TableNames.map(async (TableName) => [TableName, (await dynamodb.send(new ScanCommand({ TableName }))).Items]),
    ),
    functions: await Promise.all(
      Functions.map(async ({ FunctionName, CodeSha256 }) => {
        const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }))
        return [FunctionName, CodeSha256, Versions.map(({ Version, CodeSha256: sha256 }) => [Version, sha256])]
      }),
    ),
    // Alarms change as minutes pass. A state that was set by hand has its reason in the history.
    alarms: MetricAlarms.map(({ AlarmName, ActionsEnabled }) => [AlarmName, ActionsEnabled]),
    alarmsSet: AlarmHistoryItems.filter((item) => JSON.stringify(item).includes('attacked')),
    published: ((await local('slack')) as object[]).filter((post) => JSON.stringify(post).includes('attacked')),
    mails: await local('mails'),
    // Of the queues that no function reads.
    messages: await Promise.all(
      QueueUrls.filter((url) => url.includes('dead')).map(async (QueueUrl) => {
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
        )
        return Attributes
      }),
    ),
    runs: ((await local('runs')) as { name: string; status: string }[]).map(({ name, status }) => [name, status]),
    faults: await local('faults'),
    permissions: await local('permissions'),
    pauses: await local('pauses'),
    offsetSeconds,
    logged: cloud.output.includes('attacked'),
  }
}
