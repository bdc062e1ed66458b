import type { ServerResponse } from 'node:http'
import { Problem } from './problem.ts'

/** A Problem, or an unexpected error as a 500, as problem+json. */
export function writeProblem(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const problem = error instanceof Problem ? error : new Problem(500, 'The local cloud failed', message)
  const { status, title, detail, headers } = problem
  writeJson(response, status, { title, status, detail }, { ...headers, 'content-type': 'application/problem+json' })
}

export function writeJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}
