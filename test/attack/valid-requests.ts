/** What the valid requests name: resources of a local cloud. */
export interface Resources {
  stateMachine: string
  execution: string
  queue: string
  queueArn: string
  topic: string
  alarm: string
  functionName: string
  sender: string
}

/** A valid request in one of AWS's JSON protocols. */
export interface JsonRequest {
  service: string
  target: string
  input: object
}

/** Each action that is called by JSON. DynamoDB's have a table of their own: what they change harms nothing else. */
export function jsonRequests({
  stateMachine,
  execution,
  queue,
  queueArn,
  alarm,
  functionName,
}: Resources): JsonRequest[] {
  const TableName = 'attacked'
  const Key = { id: { S: 'a' } }
  const item = {
    ...Key,
    note: { S: 'b' },
    number: { N: '1' },
    info: { M: { a: { L: [{ BOOL: true }, { NULL: true }] } } },
  }
  const expression = {
    ExpressionAttributeNames: { '#n': 'number' },
    ExpressionAttributeValues: { ':v': { N: '1' } },
  }
  const create = {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  }
  const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/attacked'
  const message = { DataType: 'String', StringValue: 'x' }
  const logGroupName = `/aws/lambda/${functionName}`
  const filterPattern = `{ ($.a = 5* || $.['b'][*].c = %^[a-z]+x{1,2}$%) && $.d NOT EXISTS && $.e IS NULL }`
  const [MetricName, Namespace, Dimensions] = ['Errors', 'attacked', [{ Name: 'FunctionName', Value: functionName }]]
  const [startTime, StartTime, EndTime] = [0, 1_700_000_000, 1_900_000_000]
  const metric = { MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: 'Sum' } }
  const inputs: Record<string, Record<string, object>> = {
    'dynamodb/DynamoDB_20120810': {
      CreateTable: create,
      DescribeTable: { TableName },
      DescribeTimeToLive: { TableName },
      ListTables: { Limit: 10, ExclusiveStartTableName: 'aaa' },
      ListTagsOfResource: { ResourceArn: arn },
      TagResource: { ResourceArn: arn, Tags: [{ Key: 'a', Value: 'b' }] },
      UntagResource: { ResourceArn: arn, TagKeys: ['a'] },
      UpdateTable: {
        TableName,
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      },
      DeleteTable: { TableName: 'attacked-too' },
      PutItem: {
        TableName,
        Item: item,
        ConditionExpression: '#n = :v OR attribute_not_exists(id)',
        ...expression,
        ReturnValues: 'ALL_OLD',
      },
      GetItem: {
        TableName,
        Key,
        ProjectionExpression: 'id, #n, info.a[0]',
        ExpressionAttributeNames: { '#n': 'number' },
      },
      UpdateItem: {
        TableName,
        Key,
        UpdateExpression: 'SET #n = if_not_exists(#n, :v) + :v REMOVE note',
        ...expression,
        ReturnValues: 'ALL_NEW',
      },
      DeleteItem: { TableName, Key, ConditionExpression: 'contains(#n, :v)', ...expression },
      Query: {
        TableName,
        KeyConditionExpression: 'id = :i',
        ExpressionAttributeValues: { ':i': { S: 'a' } },
        Limit: 5,
        ExclusiveStartKey: Key,
      },
      Scan: { TableName, FilterExpression: '#n BETWEEN :v AND :v', ...expression, Segment: 0, TotalSegments: 2 },
      BatchGetItem: { RequestItems: { [TableName]: { Keys: [Key], AttributesToGet: ['id'] } } },
      BatchWriteItem: {
        RequestItems: { [TableName]: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: { id: { S: 'b' } } } }] },
      },
    },
    'states/AWSStepFunctions': {
      StartExecution: { stateMachineArn: stateMachine, name: 'attacked', input: '{"customerId":"x","traceId":"y"}' },
      StopExecution: { executionArn: execution, error: 'e', cause: 'c' },
      RedriveExecution: { executionArn: execution, clientToken: 't' },
      DescribeExecution: { executionArn: execution, includedData: 'ALL_DATA' },
      DescribeStateMachine: { stateMachineArn: stateMachine },
      DescribeStateMachineForExecution: { executionArn: execution },
      ListExecutions: { stateMachineArn: stateMachine, statusFilter: 'RUNNING', maxResults: 2 },
      ListStateMachines: { maxResults: 2 },
      GetExecutionHistory: { executionArn: execution, maxResults: 3, reverseOrder: true, includeExecutionData: true },
    },
    'sqs/AmazonSQS': {
      GetQueueUrl: { QueueName: 'x' },
      ListQueues: { QueueNamePrefix: 'c', MaxResults: 2 },
      ListDeadLetterSourceQueues: { QueueUrl: queue, MaxResults: 2 },
      ListQueueTags: { QueueUrl: queue },
      GetQueueAttributes: { QueueUrl: queue, AttributeNames: ['All'] },
      SetQueueAttributes: { QueueUrl: queue, Attributes: { VisibilityTimeout: '30' } },
      SendMessage: { QueueUrl: queue, MessageBody: 'attacked', DelaySeconds: 1, MessageAttributes: { a: message } },
      SendMessageBatch: {
        QueueUrl: queue,
        Entries: [{ Id: 'a', MessageBody: 'b', MessageAttributes: { a: message } }],
      },
      ReceiveMessage: { QueueUrl: queue, MaxNumberOfMessages: 2, VisibilityTimeout: 1, MessageAttributeNames: ['a.*'] },
      DeleteMessage: { QueueUrl: queue, ReceiptHandle: 'x' },
      DeleteMessageBatch: { QueueUrl: queue, Entries: [{ Id: 'a', ReceiptHandle: 'x' }] },
      ChangeMessageVisibility: { QueueUrl: queue, ReceiptHandle: 'x', VisibilityTimeout: 2 },
      ChangeMessageVisibilityBatch: {
        QueueUrl: queue,
        Entries: [{ Id: 'a', ReceiptHandle: 'x', VisibilityTimeout: 2 }],
      },
      PurgeQueue: { QueueUrl: queue },
      StartMessageMoveTask: { SourceArn: queueArn, MaxNumberOfMessagesPerSecond: 5 },
      ListMessageMoveTasks: { SourceArn: queueArn, MaxResults: 1 },
    },
    'logs/Logs_20140328': {
      DescribeLogGroups: { logGroupNamePrefix: '/aws', limit: 3 },
      DescribeLogStreams: { logGroupName, orderBy: 'LastEventTime', descending: true, limit: 3 },
      FilterLogEvents: { logGroupName, filterPattern, startTime, endTime: 1_900_000_000_000, limit: 3 },
      GetLogEvents: { logGroupName, logStreamName: 'x', startTime, startFromHead: true, limit: 3 },
    },
    'monitoring/GraniteServiceVersion20100801': {
      DescribeAlarms: { AlarmNames: [alarm], MaxRecords: 3, StateValue: 'OK' },
      DescribeAlarmHistory: { AlarmName: alarm, MaxRecords: 3, StartDate: StartTime, EndDate: EndTime },
      SetAlarmState: { AlarmName: alarm, StateValue: 'OK', StateReason: 'attacked', StateReasonData: '{"a":1}' },
      EnableAlarmActions: { AlarmNames: [alarm] },
      DisableAlarmActions: { AlarmNames: [alarm] },
      GetDashboard: { DashboardName: 'confirmation-reminder' },
      ListDashboards: { DashboardNamePrefix: 'confirmation' },
      GetMetricData: {
        StartTime,
        EndTime,
        MetricDataQueries: [{ Id: 'a', ...metric }],
        MaxDatapoints: 10,
        ScanBy: 'TimestampAscending',
      },
      GetMetricStatistics: {
        Namespace,
        MetricName,
        Dimensions,
        StartTime,
        EndTime: StartTime + 6000,
        Period: 60,
        Statistics: ['Sum'],
      },
      ListMetrics: { Namespace, MetricName, Dimensions, RecentlyActive: 'PT3H' },
      PutMetricData: {
        Namespace,
        MetricData: [{ MetricName, Dimensions, Unit: 'Count', Values: [1], Counts: [1] }],
      },
    },
  }
  return Object.entries(inputs).flatMap(([prefix, actions]) => {
    const [service = '', version = ''] = prefix.split('/')
    return Object.entries(actions).map(([action, input]) => ({ service, target: `${version}.${action}`, input }))
  })
}

/** Each action that is called by a form. */
export function formRequests({
  topic,
  alarm,
  sender,
  functionName,
}: Resources): { service: string; fields: Record<string, string> }[] {
  const mail = { Source: sender, 'Destination.ToAddresses.member.1': 'attacked@example.com' }
  const content = {
    'Message.Subject.Data': 'attacked',
    'Message.Body.Text.Data': 'x',
    'Message.Body.Html.Data': 'x',
  }
  const tags = { 'Tags.member.1.Name': 'a', 'Tags.member.1.Value': 'b' }
  const raw = Buffer.from(`From: ${sender}\r\nTo: attacked@example.com\r\nSubject: attacked\r\n\r\nx`).toString(
    'base64',
  )
  const attribute = 'MessageAttributes.entry.1'
  const metric = { Namespace: 'attacked', MetricName: 'Errors' }
  const times = { StartTime: '2026-11-27T00:00:00Z', EndTime: '2026-11-27T01:00:00Z' }
  const dimension = { 'Dimensions.member.1.Name': 'FunctionName', 'Dimensions.member.1.Value': functionName }
  const query = 'MetricDataQueries.member.1'
  return [
    { service: 'ses', fields: { Action: 'SendEmail', ...mail, ...content, ...tags } },
    {
      service: 'ses',
      fields: {
        Action: 'SendRawEmail',
        'RawMessage.Data': raw,
        Source: sender,
        'Destinations.member.1': 'attacked@example.com',
        ...tags,
      },
    },
    { service: 'ses', fields: { Action: 'GetSendQuota' } },
    {
      service: 'sns',
      fields: {
        Action: 'Publish',
        TopicArn: topic,
        Message: '{"default":"attacked"}',
        Subject: 's',
        MessageStructure: 'json',
        [`${attribute}.Name`]: 'a',
        [`${attribute}.Value.DataType`]: 'String',
        [`${attribute}.Value.StringValue`]: 'b',
      },
    },
    { service: 'sns', fields: { Action: 'ListTopics' } },
    { service: 'sns', fields: { Action: 'GetTopicAttributes', TopicArn: topic } },
    { service: 'monitoring', fields: { Action: 'DescribeAlarms', 'AlarmNames.member.1': alarm, MaxRecords: '3' } },
    { service: 'monitoring', fields: { Action: 'DescribeAlarmHistory', AlarmName: alarm, MaxRecords: '3' } },
    { service: 'monitoring', fields: { Action: 'GetDashboard', DashboardName: 'confirmation-reminder' } },
    { service: 'monitoring', fields: { Action: 'ListDashboards', DashboardNamePrefix: 'confirmation' } },
    {
      service: 'monitoring',
      fields: { Action: 'SetAlarmState', AlarmName: alarm, StateValue: 'OK', StateReason: 'attacked' },
    },
    {
      service: 'monitoring',
      fields: {
        Action: 'PutMetricData',
        Namespace: 'attacked',
        'MetricData.member.1.MetricName': 'a',
        'MetricData.member.1.Value': '1',
      },
    },
    {
      service: 'monitoring',
      fields: {
        Action: 'GetMetricStatistics',
        ...metric,
        ...times,
        ...dimension,
        Period: '60',
        'Statistics.member.1': 'Sum',
      },
    },
    {
      service: 'monitoring',
      fields: {
        Action: 'GetMetricData',
        ...times,
        [`${query}.Id`]: 'a',
        [`${query}.MetricStat.Metric.Namespace`]: 'attacked',
        [`${query}.MetricStat.Metric.MetricName`]: 'Errors',
        [`${query}.MetricStat.Period`]: '60',
        [`${query}.MetricStat.Stat`]: 'Sum',
      },
    },
    { service: 'monitoring', fields: { Action: 'ListMetrics', ...metric, ...dimension } },
  ]
}

/** Each action that is called by method and path. */
export function restRequests({ functionName }: Resources): { method: string; path: string; input?: object }[] {
  const at = `/2015-03-31/functions/${functionName}`
  return [
    { method: 'GET', path: '/2015-03-31/functions?MaxItems=3&FunctionVersion=ALL&Marker=x' },
    { method: 'GET', path: `${at}?Qualifier=live` },
    { method: 'GET', path: `${at}/configuration?Qualifier=1` },
    {
      method: 'PUT',
      path: `${at}/code`,
      input: { ZipFile: 'UEsDBAo=', DryRun: true, Publish: false, RevisionId: 'x' },
    },
    { method: 'GET', path: `${at}/versions?MaxItems=2` },
    { method: 'POST', path: `${at}/versions`, input: { Description: 'attacked', CodeSha256: 'x', RevisionId: 'x' } },
    { method: 'GET', path: `${at}/aliases?MaxItems=2&FunctionVersion=1` },
    { method: 'GET', path: `${at}/aliases/live` },
    {
      method: 'PUT',
      path: `${at}/aliases/x`,
      input: { FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } } },
    },
    { method: 'GET', path: '/2016-08-19/account-settings' },
    { method: 'GET', path: `/2019-09-30/functions/${functionName}/concurrency` },
    { method: 'PUT', path: '/2017-10-31/functions/x/concurrency', input: { ReservedConcurrentExecutions: 1 } },
    { method: 'DELETE', path: '/2017-10-31/functions/x/concurrency' },
    { method: 'POST', path: `${at}/invocations?Qualifier=live`, input: { dryRun: true } },
  ]
}

/** The HTTP API's. */
export const apiRequests = [
  {
    method: 'POST',
    path: '/registrations',
    type: 'application/json',
    body: { email: 'attacked@example.com', locale: 'en' },
  },
  { method: 'GET', path: '/confirm?token=00000000-0000-4000-8000-000000000000.a' },
  { method: 'POST', path: '/confirm', type: 'application/x-www-form-urlencoded', body: { token: 'x', by: 'button' } },
  { method: 'GET', path: '/withdraw?token=x' },
  {
    method: 'POST',
    path: '/withdraw',
    type: 'application/x-www-form-urlencoded',
    body: { token: 'x', 'List-Unsubscribe': 'One-Click' },
  },
] as const

/** The control surface's, of which none breaks anything for those that follow. */
export const controlRequests = [
  { method: 'POST', path: '/_local/clock', body: { skipSeconds: 1 } },
  { method: 'POST', path: '/_local/registrations', body: { email: 'attacked@example.com' } },
  {
    method: 'PUT',
    path: '/_local/faults',
    body: {
      seed: 1,
      rules: [
        { service: 'sqs', action: 'ListQueueTags', kind: 'error', error: 'Throttling', times: 1, match: { a: 'b' } },
      ],
    },
  },
  { method: 'GET', path: '/_local/mails?to=x' },
  // Not `reset`, which takes any body: it would end the attack.
  { method: 'POST', path: '/_local/console/stop', body: { name: 'attacked' } },
  { method: 'POST', path: '/_local/console/redrive', body: { name: 'attacked' } },
  {
    method: 'POST',
    path: '/_local/console/faults',
    body: { add: { service: 'sqs', action: 'ListQueueTags', kind: 'duplicate', times: 1, match: { a: 'b' } } },
  },
  { method: 'POST', path: '/_local/console/faults', body: { remove: 0, kind: 'error' } },
  { method: 'POST', path: '/_local/console/faults', body: { removeAll: true } },
  { method: 'GET', path: '/_local/console/runs?q=a&status=RUNNING&after=1%20a&limit=9' },
  { method: 'GET', path: '/_local/console/run?name=attacked' },
  { method: 'GET', path: '/_local/console/run-logs?name=attacked' },
  { method: 'GET', path: '/_local/console/mails?q=a&after=000000000009&limit=9' },
  { method: 'GET', path: '/_local/console/mail?number=0' },
  { method: 'GET', path: '/_local/console/slack?after=9&limit=9' },
  { method: 'GET', path: '/_local/console/alarm?name=attacked' },
  { method: 'GET', path: '/_local/console/logs?function=a&trace=b&level=error&q=c&after=d&limit=9' },
  { method: 'GET', path: '/_local/console/logs?since=d' },
  { method: 'GET', path: '/_local/console/overview' },
] as const
