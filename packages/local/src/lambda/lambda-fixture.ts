import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { VirtualClock } from '../clock.ts'
import { gatewayFor, temporaryFolder } from '../gateway/gateway-fixture.ts'
import type { LambdaFunction } from '../system.ts'
import { startLambda } from './lambda.ts'

export const arnOf = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`

export interface FunctionSource extends Partial<LambdaFunction> {
  /** File names and what is in them; a text alone is `handler.js`. */
  code: string | Record<string, string>
}

/** Functions from source, behind a gateway, with everything that they log. */
export async function lambdaWith(sources: Record<string, FunctionSource>, options: { concurrency?: number } = {}) {
  const { folder, remove } = await temporaryFolder()
  // As in a repository, where the data folder usually lies.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const clock = new VirtualClock()
  const lines: string[] = []
  const listeners: (() => void)[] = []
  const functions = await Promise.all(
    Object.entries(sources).map(async ([name, { code, ...changes }]): Promise<LambdaFunction> => {
      const codeFile = join(folder, `${name}.zip`)
      const files = typeof code === 'string' ? { 'handler.js': code } : code
      const bytes = Object.entries(files).map(([file, text]) => [file, strToU8(text)])
      await writeFile(codeFile, zipSync(Object.fromEntries(bytes)))
      return {
        name,
        codeFile,
        arn: arnOf(name),
        description: 'A function',
        roleArn: `arn:aws:iam::123456789012:role/${name}`,
        handler: 'handler.handler',
        runtime: 'nodejs24.x',
        architectures: ['arm64'],
        timeoutSeconds: 20,
        memoryMegabytes: 128,
        environment: {},
        tracingMode: 'Active',
        logGroup: `/aws/lambda/${name}`,
        aliases: ['live'],
        ...changes,
      }
    }),
  )
  let endpoint = ''
  const lambda = await startLambda({
    system: { region: 'eu-central-1', accountId: '123456789012', functions },
    folder: join(folder, 'lambda'),
    clock,
    endpointUrl: () => endpoint,
    log: (name, line) => {
      lines.push(`${name} ${line}`)
      for (const listener of listeners) listener()
    },
    ...options,
  })
  const gateway = await gatewayFor({ lambda }, lambda.callerOf)
  endpoint = gateway.client.endpoint
  return {
    lambda,
    faults: gateway.faults,
    lines,
    clock,
    endpoint,
    folder,
    client: new LambdaClient(gateway.client),
    /** Resolves when a line holds this text. */
    async logged(text: string): Promise<void> {
      const there = () => lines.some((line) => line.includes(text))
      await new Promise<void>((resolve) => {
        const look = () => there() && resolve()
        listeners.push(look)
        look()
      })
    },
    /** What a function answers to an event, parsed; with `error` where it failed. */
    async call(name: string, event: unknown = {}) {
      const { payload, functionError, ...rest } = await lambda.invoke(arnOf(name), JSON.stringify(event))
      return { ...rest, [functionError ? 'error' : 'result']: JSON.parse(payload) } as {
        result?: unknown
        error?: { errorType: string; errorMessage: string; trace?: string[] }
        logTail: string
        executedVersion: string
      }
    },
    async stop() {
      await lambda.stop()
      await gateway.stop()
      await remove()
    },
  }
}
