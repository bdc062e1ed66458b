import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerPage, type Shown } from '../console/page.ts'
import { parseJson } from '../core/json.ts'
import type { Page } from '../core/page.ts'
import { Problem } from '../gateway/problem.ts'
import { writeJson, writeProblem } from '../gateway/write-problem.ts'

/** The handler of one method of one path; its return value is sent as JSON. It refuses by throwing a Problem. */
export type Control = (request: { query: URLSearchParams; body: unknown }) => unknown

/** A page of a list as the answer of a control: its rows are sent, and the header Link leads to the next page. */
export class PageAnswer {
  constructor(readonly page: Page<object>) {}
}

/** By path, as in `/_local/clock`, and method. */
export type Controls = Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST' | 'PUT', Control>>>>>

const notFound =
  'AWS clients sign what they send here, in the header Authorization; people open / in a browser, or call /_local/health.'

/** Answers requests to the AWS port without a signature, from people and their browsers. */
export function answerUnsigned(
  controls: Controls,
  shown: Shown,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (answerPage(shown, request, response)) return
    if (request.url?.startsWith('/_local/')) void answerControl(controls, request, response)
    else writeProblem(response, new Problem(404, 'Not found', notFound))
  }
}

const longestBodyBytes = 1024 * 1024

/** Answers requests below `/_local/`: JSON in, JSON out, refusals as problem+json. */
async function answerControl(controls: Controls, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const control = find(controls, pathname, request.method ?? 'GET')
    const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : await readJson(request)
    const answer = await control({ query: searchParams, body })
    if (!(answer instanceof PageAnswer)) return writeJson(response, 200, answer)
    const { rows, next } = answer.page
    if (next !== undefined) searchParams.set('after', next)
    writeJson(response, 200, rows, next === undefined ? {} : { link: `<${pathname}?${searchParams}>; rel="next"` })
  } catch (error) {
    writeProblem(response, error)
  }
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

/** JSON with any content type, because people type curl by hand. The gateway's guard rejects web pages. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= longestBodyBytes) chunks.push(chunk)
  }
  if (bytes > longestBodyBytes) throw new Problem(413, 'Too long', `The body may have ${longestBodyBytes} bytes.`)
  try {
    return parseJson(Buffer.concat(chunks))
  } catch (error) {
    throw new Problem(400, 'Not JSON', `The body is not JSON: ${(error as Error).message}.`)
  }
}
