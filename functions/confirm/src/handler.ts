/**
 * GET and POST /confirm, behind API Gateway's HTTP API: the way from a link in a mail to a confirmed customer.
 * GET and HEAD deliberately change nothing, because scanners open every link in a mail. POST confirms, if the stage takes
 * this way of answering; otherwise it shows the page again. Posting again changes nothing more.
 */

import { ConsentWay } from '@confirmation-reminder/contracts/functions'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { findToken } from '@confirmation-reminder/customers/find-token'
import { askedFor } from '@confirmation-reminder/customers/token'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged, type Note } from '@confirmation-reminder/handler/logged'
import { methodNotAllowed } from '@confirmation-reminder/handler/problem'
import { form, type Request, readFields, readRequest } from '@confirmation-reminder/handler/request'
import { type HttpResponse, withoutBody } from '@confirmation-reminder/handler/response'
import { confirmationPage, statusOf, statusPage } from '@confirmation-reminder/pages/confirm'
import { behindLink } from '@confirmation-reminder/pages/own-page'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { confirmByToken, lookUp } from './confirm-by-token.ts'

const environment = readEnvironment('confirm')
const confirmBy = environment.CONFIRM_BY
const customers = openCustomers(environment.CUSTOMERS_TABLE)
const acceptedWays = confirmBy === 'button' ? (['button'] as const) : ConsentWay.options

export const handler = logged('confirm', async (event: APIGatewayProxyEventV2, note): Promise<HttpResponse> => {
  const request = readRequest(event)
  const response = await respond(request, note)
  note({ status: response.statusCode ?? 200 })
  return request.method === 'HEAD' ? withoutBody(response) : response
})

async function respond(request: Request, note: Note): Promise<HttpResponse> {
  const posted = request.method === 'POST'
  if (!posted && request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed('GET, HEAD, POST')
  const read = posted ? readFields(request, [form]) : { fields: { token: request.query } }
  if ('refusal' in read) return statusPage(read.refusal.status, request.locale, 'notUnderstood', environment)

  const token = findToken(String(read.fields.token)) ?? ''
  // Without its script the page has only its button, and its form does not send `by`.
  const { by: way = 'button' } = read.fields as { by?: unknown }
  const by = acceptedWays.find((one) => posted && one === way)
  if (by) note(askedFor(token))
  const result = by
    ? await confirmByToken(customers, token, Date.now(), { from: request.sourceIp, by })
    : await lookUp(customers, token, Date.now())
  const { outcome, locale = request.locale, returnTo, ...ids } = result
  note({ outcome, ...ids })
  if (outcome === 'pending') {
    return confirmationPage({ status: posted ? 400 : 200, locale, token, confirmBy, site: environment })
  }
  const own = behindLink(environment.PAGES, outcome, locale, returnTo)
  return own ?? statusPage(statusOf[outcome], locale, outcome, environment)
}
