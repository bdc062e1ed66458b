import type { FunctionRow, Invocation } from '@confirmation-reminder/console/api'
import { call, type Service } from '../core/service.ts'

const mostInvocations = 20
const mostVersions = 20
const linesAtOnce = 200
// An invocation of the stack writes some ten lines. Those of one that writes more than these may be missing.
const mostLooked = 5000

/** What keeps the lines of functions, and Lambda's own about each invocation. */
export interface InvocationLines {
  /** The lines of a function before the one with a key, or all; newest first, at most `limit`. */
  latest(
    functionName: string,
    range: { before: string | undefined; limit: number },
  ): Promise<{ key: string; atMs: number; stream: string; line: string }[]>
}

/** The last invocations of a function that its log reports, newest first. */
export async function lastInvocations(functionName: string, { latest }: InvocationLines): Promise<Invocation[]> {
  const found: Invocation[] = []
  /** Those whose lines may still come. */
  const open = new Map<string, Invocation>()
  let before: string | undefined
  for (let looked = 0; looked < mostLooked; looked += linesAtOnce) {
    const lines = await latest(functionName, { before, limit: linesAtOnce })
    for (const { atMs, stream, line } of lines) {
      const report = found.length < mostInvocations ? reportIn(line) : undefined
      if (report) {
        const [, version = ''] = /\[([^[\]]*)\]/.exec(stream) ?? []
        const invocation = { ...report, version, at: new Date(atMs).toISOString() }
        found.push(invocation)
        open.set(report.requestId, invocation)
      }
      const [, thrown] = /^\S+\t(\S+)\tERROR\tInvoke Error \t/.exec(line) ?? []
      const failed = open.get(thrown ?? '')
      if (failed) failed.failed = true
      const [, started = ''] = /^START RequestId: (\S+) /.exec(line) ?? []
      open.delete(started)
      if (found.length === mostInvocations && open.size === 0) return found
    }
    if (lines.length < linesAtOnce) break
    before = lines.at(-1)?.key
  }
  return found
}

/** What Lambda's REPORT line says; undefined for another line. */
export function reportIn(line: string) {
  if (!line.startsWith('REPORT RequestId: ')) return undefined
  const fields = new Map(line.split('\t').map((field) => field.split(': ') as [string, string]))
  const number = (name: string) => Number.parseFloat(fields.get(name) ?? '')
  const initMilliseconds = number('Init Duration')
  return {
    requestId: fields.get('REPORT RequestId') ?? '',
    milliseconds: number('Duration'),
    memoryMegabytes: number('Max Memory Used'),
    // That a handler threw, only a line before it says.
    failed: fields.has('Status'),
    ...(!Number.isNaN(initMilliseconds) && { initMilliseconds }),
  }
}

interface Configuration {
  FunctionName: string
  Description: string
  Timeout: number
  MemorySize: number
  Version: string
  LastModified: string
  CodeSha256: string
}

interface Alias {
  Name: string
  FunctionVersion: string
  RoutingConfig?: { AdditionalVersionWeights: Record<string, number> }
}

/** All functions with their versions, aliases and last invocations, as Lambda lists them. */
export async function functionsOf(lambda: Service, lines: InvocationLines): Promise<FunctionRow[]> {
  const functions = await listed<Configuration>(lambda, 'ListFunctions', 'Functions', {})
  return await Promise.all(
    functions.map(async ({ FunctionName, Description, Timeout, MemorySize }) => {
      const [versions, aliases, concurrency, invocations] = await Promise.all([
        listed<Configuration>(lambda, 'ListVersionsByFunction', 'Versions', { FunctionName }),
        listed<Alias>(lambda, 'ListAliases', 'Aliases', { FunctionName }),
        call(lambda, 'GetFunctionConcurrency', { FunctionName }),
        lastInvocations(FunctionName, lines),
      ])
      const { ReservedConcurrentExecutions: reserved } = concurrency as { ReservedConcurrentExecutions?: number }
      return {
        name: FunctionName,
        description: Description,
        memoryMegabytes: MemorySize,
        timeoutSeconds: Timeout,
        ...(reserved !== undefined && { reservedConcurrency: reserved }),
        versions: versions
          .filter(({ Version }) => Version !== '$LATEST')
          .slice(-mostVersions)
          .reverse()
          .map((one) => ({
            version: one.Version,
            description: one.Description,
            at: one.LastModified.replace('+0000', 'Z'),
            sha256: one.CodeSha256,
          })),
        aliases: aliases.map((alias) => ({ name: alias.Name, weights: weightsOf(alias) })),
        invocations,
      }
    }),
  )
}

/** The shares of an alias's versions: the version that it points to has what the additional ones leave. */
function weightsOf({ FunctionVersion, RoutingConfig }: Alias): FunctionRow['aliases'][number]['weights'] {
  const additional = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {})
  const rest = 1 - additional.reduce((sum, [, share]) => sum + share, 0)
  return [{ version: FunctionVersion, share: rest }, ...additional.map(([version, share]) => ({ version, share }))]
}

/** All pages of a list of Lambda's. */
async function listed<Item>(lambda: Service, action: string, member: string, input: object): Promise<Item[]> {
  const items: Item[] = []
  let Marker: string | undefined
  do {
    const page = (await call(lambda, action, { ...input, ...(Marker && { Marker }) })) as Record<string, unknown>
    items.push(...(page[member] as Item[]))
    Marker = page.NextMarker as string | undefined
  } while (Marker)
  return items
}
