import type { IncomingMessage, ServerResponse } from 'node:http'
import { writePage } from '../console/page.ts'
import { answerControl, type Controls } from './control.ts'
import { Problem } from './problem.ts'
import { writeProblem } from './write-problem.ts'

const notFound =
  'AWS clients sign what they send here, in the header Authorization; people open / in a browser, or call /_local/health.'

/** Answers what comes to the AWS port without a signature: people and their browsers. */
export function answerUnsigned(controls: Controls): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const [pathname = '/'] = request.url?.split('?') ?? []
    if (pathname.startsWith('/_local/')) void answerControl(controls, request, response)
    else if (pathname === '/' && /^(GET|HEAD)$/.test(request.method ?? '')) writePage(response)
    else writeProblem(response, new Problem(404, 'Not found', notFound))
  }
}
