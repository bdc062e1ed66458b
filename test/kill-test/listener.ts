import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { CustomerEvent } from '@confirmation-reminder/contracts/customer-event'
import { parse } from 'valibot'
import type { Random } from './random.ts'

/** A few per cent of the calls, as of those to AWS. */
const failureRate = 0.04

/** Another system that wants to hear what happens to customers: a webhook on the event bus, which now and then fails. */
export class Listener {
  /** What it has heard, in the order in which it came, with all repetitions. */
  readonly heard: CustomerEvent[] = []
  private readonly copies: string[] = []

  private constructor(
    private readonly server: Server,
    private readonly url: string,
  ) {}

  static async start(random: Random): Promise<Listener> {
    const server = createServer(async (request, response) => {
      // A kill of the local cloud may cut the request short.
      const body = await json(request).catch(() => undefined)
      if (body === undefined) return request.socket.destroy()
      const event = parse(CustomerEvent, body)
      const luck = random.next()
      // It fails before it has taken the event, or after it.
      if (luck < failureRate / 2) return response.writeHead(503).end()
      listener.heard.push(event)
      if (luck < failureRate) return request.socket.destroy()
      return response.writeHead(204).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const listener = new Listener(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return listener
  }

  /** A copy of a synthesised stack in which it listens to the bus, and in which events have addresses. */
  listeningIn(stack: string): string {
    const copy = mkdtempSync(join(tmpdir(), 'kill-test-stack-'))
    this.copies.push(copy)
    cpSync(stack, copy, { recursive: true })
    const file = join(copy, 'cdk.tf.json')
    const { resource, ...terraform } = JSON.parse(readFileSync(file, 'utf8'))
    resource.aws_lambda_function.announce_function.environment.variables.EVENTS_WITH_ADDRESS = 'true'
    for (const [type, added] of Object.entries(listening(this.url))) {
      resource[type] = { ...resource[type], listener: { name: 'listener', ...added } }
    }
    // A target has no name.
    delete resource.aws_cloudwatch_event_target.listener.name
    writeFileSync(file, JSON.stringify({ ...terraform, resource }))
    return copy
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
    for (const copy of this.copies) rmSync(copy, { recursive: true, force: true })
  }
}

const policy = (statement: object) => JSON.stringify({ Statement: { Effect: 'Allow', ...statement } })

/** What another team would have in its Terraform. */
const listening = (url: string): Record<string, object> => ({
  aws_cloudwatch_event_connection: {
    authorization_type: 'API_KEY',
    auth_parameters: { api_key: { key: 'x-secret', value: 'secret' } },
  },
  aws_cloudwatch_event_api_destination: {
    connection_arn: '${aws_cloudwatch_event_connection.listener.arn}',
    http_method: 'POST',
    invocation_endpoint: url,
  },
  aws_iam_role: {
    assume_role_policy: policy({ Action: 'sts:AssumeRole', Principal: { Service: 'events.amazonaws.com' } }),
  },
  aws_iam_role_policy: {
    role: '${aws_iam_role.listener.name}',
    policy: policy({
      Action: 'events:InvokeApiDestination',
      Resource: '${aws_cloudwatch_event_api_destination.listener.arn}',
    }),
  },
  aws_cloudwatch_event_rule: {
    event_bus_name: '${aws_cloudwatch_event_bus.events_bus.name}',
    event_pattern: '{"source":["confirmation-reminder"]}',
  },
  aws_cloudwatch_event_target: {
    rule: '${aws_cloudwatch_event_rule.listener.name}',
    event_bus_name: '${aws_cloudwatch_event_bus.events_bus.name}',
    arn: '${aws_cloudwatch_event_api_destination.listener.arn}',
    role_arn: '${aws_iam_role.listener.arn}',
  },
})
