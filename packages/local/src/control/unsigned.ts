import type { IncomingMessage, ServerResponse } from 'node:http'
import { writePage } from '../console/page.ts'
import { answerControl, type Controls, checkHost, writeProblem } from './control.ts'
import { Problem } from './problem.ts'

/** Answers what comes to the AWS port without a signature: people and their browsers. */
export function answerUnsigned(controls: Controls): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    try {
      checkHost(request)
      const [pathname = '/'] = request.url?.split('?') ?? []
      if (pathname.startsWith('/_local/')) void answerControl(controls, request, response)
      else if (pathname === '/' && /^(GET|HEAD)$/.test(request.method ?? '')) writePage(response)
      else {
        const detail = 'AWS clients sign what they send here; people open / in a browser, or call /_local/health.'
        throw new Problem(404, 'Not found', detail)
      }
    } catch (error) {
      writeProblem(response, error)
    }
  }
}
