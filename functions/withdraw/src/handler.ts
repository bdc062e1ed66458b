/**
 * GET and POST /withdraw, behind API Gateway's HTTP API: where the link "this was not me" in a mail leads.
 * GET and HEAD deliberately change nothing, because scanners open every link in a mail, and the page never posts itself.
 * POST deletes, from the page or by the one click of a mail program (RFC 8058); posting again changes nothing more.
 */

import { openCustomers } from '@confirmation-reminder/customers/customers'
import { findToken } from '@confirmation-reminder/customers/find-token'
import { askedFor } from '@confirmation-reminder/customers/token'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged, type Note } from '@confirmation-reminder/handler/logged'
import { methodNotAllowed } from '@confirmation-reminder/handler/problem'
import { form, type Request, readFields, readRequest } from '@confirmation-reminder/handler/request'
import { type HttpResponse, withoutBody } from '@confirmation-reminder/handler/response'
import { behindLink } from '@confirmation-reminder/pages/own-page'
import { notice, statusOf, statusPage, withdrawalPage } from '@confirmation-reminder/pages/withdraw'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { lookUp, withdrawByToken } from './withdraw-by-token.ts'

const environment = readEnvironment('withdraw')
const dependencies = {
  customers: openCustomers(environment.CUSTOMERS_TABLE),
  holdDays: environment.WITHDRAWAL_HOLD_DAYS,
}

export const handler = logged('withdraw', async (event: APIGatewayProxyEventV2, note): Promise<HttpResponse> => {
  const request = readRequest(event)
  const response = await respond(request, note)
  note({ status: response.statusCode ?? 200 })
  return request.method === 'HEAD' ? withoutBody(response) : response
})

async function respond(request: Request, note: Note): Promise<HttpResponse> {
  const posted = request.method === 'POST'
  if (!posted && request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed('GET, HEAD, POST')
  // Our own form posts its token in the body. A post with the token in the query is the one click of a mail program:
  // they send any body or none, under any type, so that it is not read.
  const inLink = findToken(request.query)
  const isOneClick = posted && inLink !== undefined
  const read = posted && !isOneClick ? readFields(request, [form]) : { fields: { token: inLink } }
  if ('refusal' in read) return statusPage(read.refusal.status, request.locale, 'notUnderstood', environment)

  const token = findToken(String(read.fields.token)) ?? ''
  if (posted) note(askedFor(token))
  const result = await (posted ? withdrawByToken : lookUp)(dependencies, token, Date.now())
  const { outcome, locale = request.locale, ...ids } = result
  note({ outcome, ...ids })
  if (outcome === 'pending') return withdrawalPage(locale, token, environment)
  const status = statusOf[outcome]
  // Mail programs must not be redirected (RFC 8058, section 3.1).
  if (isOneClick) return notice(status, locale, outcome, environment)
  return behindLink(environment.PAGES, outcome, locale) ?? statusPage(status, locale, outcome, environment)
}
