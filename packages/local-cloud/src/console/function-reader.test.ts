import type { Service } from '../core/service.ts'
import { functionsOf, lastInvocations, reportIn } from './function-reader.ts'

const report = (requestId: string, more = '') =>
  `REPORT RequestId: ${requestId}\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\tMax Memory Used: 41 MB${more}`

/** The lines of an invocation. */
const invoked = (requestId: string, lines: string[] = [], more = '') => [
  `START RequestId: ${requestId} Version: 3`,
  ...lines,
  `END RequestId: ${requestId}`,
  report(requestId, more),
]

/** Keeps lines, the oldest first. */
const kept = (lines: string[], reads: number[] = []) => ({
  latest: async (_: string, { before = 'x', limit }: { before: string | undefined; limit: number }) => {
    const all = lines.map((line, n) => ({
      ...{ key: String(n).padStart(6, '0'), atMs: n, stream: '2026/11/27/[3]0123', line },
    }))
    reads.push(limit)
    return all
      .filter(({ key }) => key < before)
      .reverse()
      .slice(0, limit)
  },
})

test('duration, memory and the time to load are those of the REPORT line', () => {
  expect(reportIn(report('r1'))).toEqual({ requestId: 'r1', milliseconds: 12.34, memoryMegabytes: 41, failed: false })
  expect(reportIn(report('r1', '\tInit Duration: 120.50 ms'))).toMatchObject({ initMilliseconds: 120.5 })
  expect(reportIn('END RequestId: r1')).toBeUndefined()
})

test('the last twenty invocations are those that the log reports, newest first', async () => {
  const lines = Array.from({ length: 60 }, (_, n) => invoked(`r${n}`, Array(20).fill('{"message":"ends"}'))).flat()
  const reads: number[] = []
  const found = await lastInvocations('a', kept(lines, reads))
  expect(found.map(({ requestId }) => requestId)).toEqual(Array.from({ length: 20 }, (_, n) => `r${59 - n}`))
  expect(found[0]).toMatchObject({ version: '3', at: new Date(lines.length - 1).toISOString() })
  // It does not read the others.
  expect(reads.length).toBeLessThan(lines.length / 200)
  expect(await lastInvocations('a', kept(['hello']))).toEqual([])
})

test('an invocation failed if its handler threw, or if its environment is gone', async () => {
  const thrown = (requestId: string) => `2026-11-27T00:00:00.000Z\t${requestId}\tERROR\tInvoke Error \t{}`
  const atOnce = [invoked('r1', [thrown('r1')]), invoked('r2', ['Invoke Error of another kind'])]
  const lines = [
    // Two environments write at the same time.
    ...[0, 1, 2, 3].flatMap((n) => atOnce.map((one) => one[n] ?? '')),
    ...invoked('r3', ['r3 Error: Task timed out after 1.00 seconds'], '\tStatus: timeout'),
  ]
  const found = await lastInvocations('a', kept(lines))
  expect(found.map(({ requestId, failed }) => [requestId, failed])).toEqual([
    ['r3', true],
    ['r2', false],
    ['r1', true],
  ])
})

test('versions are listed newest first, and the weights of an alias add up to one', async () => {
  const version = (Version: string) => ({
    ...{ FunctionName: 'a', Description: `version ${Version}`, Timeout: 3, MemorySize: 256, Version },
    ...{ LastModified: '2026-11-27T00:00:00.000+0000', CodeSha256: 'x' },
  })
  const pages: Record<string, (input: { Marker?: string }) => object> = {
    ListFunctions: () => ({ Functions: [version('$LATEST')] }),
    // Two pages.
    ListVersionsByFunction: ({ Marker }) =>
      Marker ? { Versions: [version('2')] } : { Versions: [version('$LATEST'), version('1')], NextMarker: 'next' },
    ListAliases: () => ({
      Aliases: [{ Name: 'live', FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } } }],
    }),
    GetFunctionConcurrency: () => ({}),
  }
  const actions = Object.entries(pages).map(([name, answer]) => [name, async (input: never) => answer(input)])
  const lambda: Service = { actions: Object.fromEntries(actions) }
  const [found] = await functionsOf(lambda, kept(invoked('r1')))
  expect(found?.versions.map(({ version, at }) => [version, at])).toEqual([
    ['2', '2026-11-27T00:00:00.000Z'],
    ['1', '2026-11-27T00:00:00.000Z'],
  ])
  expect(found?.aliases).toEqual([
    {
      name: 'live',
      weights: [
        { version: '1', share: 0.9 },
        { version: '2', share: 0.1 },
      ],
    },
  ])
  expect(found).not.toHaveProperty('reservedConcurrency')
  expect(found?.invocations).toMatchObject([{ requestId: 'r1' }])
})
