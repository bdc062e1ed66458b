// What a registration needs at least: the customer is stored, the run is started, and a mail is sent.
import { createHash, randomUUID } from 'node:crypto'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'

const dynamodb = new DynamoDBClient({})
const stepFunctions = new SFNClient({})
const ses = new SESClient({})
const { CUSTOMERS_TABLE, STATE_MACHINE_ARN, MAIL_SENDER, PUBLIC_URL } = process.env

export async function register(email) {
  const customerId = createHash('sha256').update(email).digest('hex').slice(0, 32)
  const traceId = randomUUID()
  await dynamodb.send(
    new PutItemCommand({
      TableName: CUSTOMERS_TABLE,
      Item: { customerId: { S: customerId }, traceId: { S: traceId }, email: { S: email }, state: { S: 'PENDING' } },
      ConditionExpression: 'attribute_not_exists(customerId)',
    }),
  )
  await stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: STATE_MACHINE_ARN,
      name: `${customerId}_${traceId}`,
      input: JSON.stringify({ customerId, traceId }),
    }),
  )
  const link = `${PUBLIC_URL}/confirm?token=${customerId}.${traceId}`
  await ses.send(
    new SendEmailCommand({
      Source: MAIL_SENDER,
      Destination: { ToAddresses: [email] },
      Message: {
        Subject: { Data: 'Please confirm your email address' },
        Body: { Text: { Data: link }, Html: { Data: `<p><a href="${link}">Confirm</a></p>` } },
      },
    }),
  )
  return customerId
}
