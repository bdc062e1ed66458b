import type { IncomingMessage, ServerResponse } from 'node:http'
import { writePage } from '../console/page.ts'
import { Problem } from '../gateway/problem.ts'
import { writeProblem } from '../gateway/write-problem.ts'
import { answerControl, type Controls } from './control.ts'

const notFound =
  'AWS clients sign what they send here, in the header Authorization; people open / in a browser, or call /_local/health.'

/** Answers requests to the AWS port without a signature, from people and their browsers. */
export function answerUnsigned(controls: Controls): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { url = '/', method = '' } = request
    if (url.startsWith('/_local/')) void answerControl(controls, request, response)
    // Any other query means an AWS action, whose caller must not mistake the page for its success.
    else if (/^\/(\?token=[^&]*)?$/.test(url) && /^(GET|HEAD)$/.test(method)) writePage(response)
    else writeProblem(response, new Problem(404, 'Not found', notFound))
  }
}
