// As the article does it: `register` starts the run with the AWS SDK v2, and makes no other call.
import { randomUUID } from 'node:crypto'
import AWS from 'aws-sdk'

class StateMachineService {
  // The SDK v2 does not read the endpoint from the environment.
  client = new AWS.StepFunctions({ endpoint: process.env.AWS_ENDPOINT_URL })

  async startExecution(customerId, traceId) {
    const run = await this.client
      .startExecution({
        stateMachineArn: process.env.STATE_MACHINE_ARN,
        name: `${customerId}_${traceId}`,
        input: JSON.stringify({ customerId, traceId }),
      })
      .promise()
    console.log(`The run has been started [date=${run.startDate}, arn=${run.executionArn}]`)
  }
}

const stateMachine = new StateMachineService()

export const handler = async () => {
  await stateMachine.startExecution(randomUUID(), randomUUID())
  return { statusCode: 202 }
}
