/**
 * POST /registrations, behind API Gateway's HTTP API: takes an address and asks its owner to confirm. GET shows
 * the plain form.
 * `202` means that the customer is stored, the run is started and SES has accepted the mail; any other request may be sent
 * again. The answer deliberately never says whether an address was known: body, status, headers and the time that it
 * takes are the same. They are also the same for a source that has reached its limit for the hour, and for an address
 * that refused our mail; those registrations have no effect.
 */

import { openClient } from '@confirmation-reminder/customers/client'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { openStageKey } from '@confirmation-reminder/customers/stage-key'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged } from '@confirmation-reminder/handler/logged'
import { methodNotAllowed } from '@confirmation-reminder/handler/problem'
import { readRequest } from '@confirmation-reminder/handler/request'
import { type HttpResponse, withoutBody } from '@confirmation-reminder/handler/response'
import { openMailer } from '@confirmation-reminder/mail/mailer'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { openAttempts } from './attempts.ts'
import { atDeparture } from './departure.ts'
import { type Dependencies, registerCustomer } from './register.ts'
import { readRegistration } from './request.ts'
import { accepted, asked, refused, unavailable } from './responses.ts'
import { openRuns } from './runs.ts'

const environment = readEnvironment('register')
const client = openClient()
const stageKey = openStageKey(environment.CUSTOMERS_TABLE, { client, make: true })
const attempts = openAttempts({
  table: environment.SOURCES_TABLE,
  limit: environment.REGISTRATIONS_PER_SOURCE_AND_HOUR,
  stageKey,
  client,
})
const dependencies: Dependencies = {
  customers: openCustomers(environment.CUSTOMERS_TABLE, client),
  runs: openRuns(environment.STATE_MACHINE_ARN),
  // A person waits for the page, and a second registration of the address waits for this mail.
  mailer: openMailer(environment, { patienceMs: 3_000 }),
  stageKey,
  lifetimeSeconds: environment.REGISTRATION_LIFETIME_SECONDS,
}

export const handler = logged('register', async (event: APIGatewayProxyEventV2, note): Promise<HttpResponse> => {
  const request = readRequest(event)
  if (request.method === 'GET' || request.method === 'HEAD') {
    note({ outcome: 'asked', status: 200 })
    const response = asked(request)
    return request.method === 'HEAD' ? withoutBody(response) : response
  }
  if (request.method !== 'POST') {
    note({ outcome: 'methodNotAllowed', status: 405 })
    return methodNotAllowed('GET, HEAD, POST')
  }
  const read = readRegistration(request)
  if ('refusal' in read) {
    note({ outcome: 'refused', status: read.refusal.status })
    return refused(request, read.refusal)
  }
  const { outcome, ...ids } = await atDeparture(async () => {
    // Before the address is looked up, so that the limit says nothing about it.
    if (await attempts.areUsedUp(request.sourceIp)) return { outcome: 'sourceUsedUp' as const }
    return await registerCustomer(dependencies, read.registration)
  })
  if (outcome === 'pending' || outcome === 'sourceUsedUp') {
    note({ outcome, ...ids, status: 202 })
    return accepted(request, read.registration, environment.FORM_URL)
  }
  note({ outcome, ...ids, status: 503 })
  return unavailable(request, read.registration, outcome)
})
