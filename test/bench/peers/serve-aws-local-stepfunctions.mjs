// aws-local-stepfunctions behind as much of an HTTP API as the benchmark calls: node <this> <where it is installed> <port>
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const [, , peers, port] = process.argv
const { StateMachine } = createRequire(join(peers, 'package.json'))('aws-local-stepfunctions')
let machine

createServer(async (request, response) => {
  const input = JSON.parse((await text(request)) || '{}')
  if (input.definition) machine = new StateMachine(JSON.parse(input.definition))
  else if (input.input) machine.run(JSON.parse(input.input)).result.catch(() => {})
  response.setHeader('content-type', 'application/x-amz-json-1.0')
  response.end('{"stateMachineArn":"arn","executionArn":"arn","startDate":0}')
}).listen(Number(port), '127.0.0.1')
