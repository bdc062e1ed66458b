import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem } from './problem.ts'

/** What one method of one path does; what it returns is answered as JSON. Refuses by throwing a Problem. */
export type Control = (request: { query: URLSearchParams; body: unknown }) => unknown

/** By path, as in `/_local/clock`, and method. */
export type Controls = Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST' | 'PUT', Control>>>>>

const longestBodyBytes = 1024 * 1024

/** Answers requests below `/_local/`: JSON in, JSON out, refusals as problem+json. */
export async function answerControl(
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const control = find(controls, pathname, request.method ?? 'GET')
    const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : await readJson(request)
    writeJson(response, 200, await control({ query: searchParams, body }))
  } catch (error) {
    writeProblem(response, error)
  }
}

/** A Problem, or the surprise behind a 500, as problem+json. */
export function writeProblem(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const problem = error instanceof Problem ? error : new Problem(500, 'The local cloud failed', message)
  const { status, title, detail, headers } = problem
  writeJson(response, status, { title, status, detail }, { ...headers, 'content-type': 'application/problem+json' })
}

/**
 * Refuses whoever came by a name that is not loopback's: a web page whose own name resolves to this machine.
 * @throws Problem
 */
export function checkHost({ headers: { host = '' } }: IncomingMessage): void {
  if (/^(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?$/i.test(host)) return
  throw new Problem(403, 'Wrong host', 'The local cloud answers to 127.0.0.1 and localhost only.')
}

/**
 * Refuses what a web page from elsewhere has its visitor's browser send: browsers say where a page came from, others do not.
 * @throws Problem
 */
function checkOrigin({ headers: { origin, host } }: IncomingMessage): void {
  if (origin === undefined || origin === `http://${host}`) return
  throw new Problem(
    403,
    'Wrong origin',
    'The local cloud takes this from its own pages, and from programs that are no browsers.',
  )
}

function writeJson(
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

function find(controls: Controls, pathname: string, method: string): Control {
  const methods = Object.hasOwn(controls, pathname) ? controls[pathname] : undefined
  if (!methods) {
    throw new Problem(404, 'Not found', `There is no ${pathname}; there are ${Object.keys(controls).join(', ')}.`)
  }
  const control = Object.entries(methods).find(([name]) => name === (method === 'HEAD' ? 'GET' : method))?.[1]
  if (control) return control
  const allow = Object.keys(methods).join(', ')
  throw new Problem(405, 'Wrong method', `${pathname} takes ${allow}.`, { allow })
}

/** JSON, whatever its content type says: people type curl by hand. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  checkOrigin(request)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= longestBodyBytes) chunks.push(chunk)
  }
  if (bytes > longestBodyBytes) throw new Problem(413, 'Too long', `The body may have ${longestBodyBytes} bytes.`)
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch (error) {
    throw new Problem(400, 'Not JSON', `The body is not JSON: ${(error as Error).message}.`)
  }
}
