import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { VirtualClock } from '../../../core/clock.ts'
import type { Datum } from '../../../core/metrics.ts'
import type { LambdaFunction } from '../../../core/stack-model.ts'
import { openStore } from '../../../core/store.ts'
import { gatewayFor, temporaryFolder } from '../../../gateway/test/start-gateway.ts'
import { startLambda } from '../lambda.ts'

export const arnOf = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`

export interface FunctionSource extends Partial<LambdaFunction> {
  /** File names and their contents; a single text is `handler.js`. */
  code: string | Record<string, string>
}

export const zipOf = (files: Record<string, string>) =>
  // Without the time of creation, so that the same code is the same zip.
  zipSync(Object.fromEntries(Object.entries(files).map(([file, text]) => [file, strToU8(text)])), {
    mtime: new Date(1980, 0, 1),
  })

/**
 * Functions from source, behind a gateway, with all their logs and metrics.
 * - `folder`: where they were before, for a restart; then `stop` leaves it.
 */
export async function lambdaWith(
  sources: Record<string, FunctionSource>,
  {
    folder: before,
    ...options
  }: { concurrency?: number; accountConcurrency?: number; folder?: string; apiUrl?: string; applyOnly?: boolean } = {},
) {
  const { folder, remove } = before === undefined ? await temporaryFolder() : { folder: before, remove: async () => {} }
  // As in a repository, where the data folder usually lies.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const clock = new VirtualClock()
  const lines: string[] = []
  const reports: string[] = []
  const datums: Datum[] = []
  const listeners: (() => void)[] = []
  const functions = await Promise.all(
    Object.entries(sources).map(async ([name, { code, ...changes }]): Promise<LambdaFunction> => {
      const codeFile = join(folder, `${name}.zip`)
      await writeFile(codeFile, zipOf(typeof code === 'string' ? { 'handler.js': code } : code))
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
        ignored: { code: true, aliases: ['live'] },
        ...changes,
      }
    }),
  )
  const store = await openStore(join(folder, 'store'))
  let endpoint = ''
  const lambda = await startLambda({
    stack: { region: 'eu-central-1', accountId: '123456789012', functions },
    store,
    folder: join(folder, 'lambda'),
    clock,
    endpointUrl: () => endpoint,
    log: (name, line) => {
      lines.push(`${name} ${line}`)
      for (const listener of listeners) listener()
    },
    report: (name, line) => reports.push(`${name} ${line}`),
    record: async (more) => {
      datums.push(...more)
    },
    ...options,
  }).catch(async (error: unknown) => {
    await store.close()
    await remove()
    throw error
  })
  const gateway = await gatewayFor({ lambda }, lambda.callerOf)
  endpoint = gateway.client.endpoint
  const stop = async () => {
    await lambda.stop()
    await gateway.stop()
    await store.close()
  }
  return {
    lambda,
    faults: gateway.faults,
    lines,
    reports,
    datums,
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
    /** The parsed response of a function to an event; with `error` if it failed. */
    async call(name: string, event: unknown = {}) {
      const { payload, functionError, ...rest } = await lambda.invoke(arnOf(name), JSON.stringify(event))
      return { ...rest, [functionError ? 'error' : 'result']: JSON.parse(payload) } as {
        result?: unknown
        error?: { errorType: string; errorMessage: string; trace?: string[] }
        logTail: string
        executedVersion: string
      }
    },
    /** Ends it and keeps its data, for a restart. */
    halt: stop,
    async stop() {
      await stop()
      await remove()
    },
  }
}
