/**
 * POST /registrations, behind API Gateway's HTTP API: takes an address and asks its owner to confirm. GET shows
 * the plain form.
 * `202` means that the customer is stored, the run is started and SES has accepted the mail; any other request may be sent
 * again. The answer deliberately never says whether an address was known: body, status, headers and the time that it
 * takes are the same. They are also the same for a source that has reached its limit for the hour, and for an address
 * that refused our mail, and for a bot, which filled the field that people do not see, or has no proof of work where the stage asks
 * for one; those registrations have no effect. GET /registrations/challenge is what a browser works on.
 */

import { ownMetrics } from '@confirmation-reminder/contracts/metrics'
import { openClient } from '@confirmation-reminder/customers/client'
import { openCustomers } from '@confirmation-reminder/customers/customers'
import { openStageKey } from '@confirmation-reminder/customers/stage-key'
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged, type Note } from '@confirmation-reminder/handler/logged'
import { methodNotAllowed, problem } from '@confirmation-reminder/handler/problem'
import { json, readRequest } from '@confirmation-reminder/handler/request'
import { type HttpResponse, response, withoutBody } from '@confirmation-reminder/handler/response'
import { openMailer } from '@confirmation-reminder/mail/mailer'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { openAttempts } from './attempts.ts'
import { atDeparture } from './departure.ts'
import { openProofs } from './proofs.ts'
import { type Dependencies, registerCustomer } from './register.ts'
import { readRegistration } from './request.ts'
import { accepted, asked, expired, refused, unavailable } from './responses.ts'
import { openRuns } from './runs.ts'

const methods = 'GET, HEAD, POST'
const challengePath = '/registrations/challenge'
const environment = readEnvironment('register')
const client = openClient()
const stageKey = openStageKey(environment.CUSTOMERS_TABLE, { client, make: true })
const attempts = openAttempts({
  table: environment.SOURCES_TABLE,
  limit: environment.REGISTRATIONS_PER_SOURCE_AND_HOUR,
  stageKey,
  client,
})
const effort = environment.PROOF_OF_WORK
const proofs = openProofs({ table: environment.SOURCES_TABLE, effort, stageKey, client })
const dependencies: Dependencies = {
  customers: openCustomers(environment.CUSTOMERS_TABLE, client),
  runs: openRuns(environment.STATE_MACHINE_ARN),
  // A person waits for the page, and a second registration of the address waits for this mail.
  mailer: openMailer(environment, { patienceMs: 3_000 }),
  stageKey,
  lifetimeSeconds: environment.REGISTRATION_LIFETIME_SECONDS,
}

export const handler = logged('register', async (event: APIGatewayProxyEventV2, note, count): Promise<HttpResponse> => {
  const request = readRequest(event)
  if (event.rawPath.endsWith(challengePath)) return await challenge(request.method, note)
  if (request.method === 'GET' || request.method === 'HEAD') {
    note({ outcome: 'asked', status: 200 })
    const page = asked(request, environment)
    return request.method === 'HEAD' ? withoutBody(page) : page
  }
  if (request.method === 'OPTIONS') {
    // API Gateway answers the browsers of allowed pages itself. Some have reported that it asks the function of an ANY route
    // all the same, and a browser takes no other status than this.
    note({ outcome: 'optionsAsked', status: 204 })
    return response(204, json, '', { allow: methods })
  }
  if (request.method !== 'POST') {
    note({ outcome: 'methodNotAllowed', status: 405 })
    return methodNotAllowed(methods)
  }
  const read = readRegistration(request, environment)
  if ('refusal' in read) {
    note({ outcome: 'refused', status: read.refusal.status })
    return refused(request, read.refusal, environment)
  }
  const { outcome, ...ids } = await atDeparture(async () => {
    // Before the address is looked up, so that the limit says nothing about it.
    const areUsedUp = await attempts.areUsedUp(request.sourceIp)
    if (read.isBot) return { outcome: 'bot' as const }
    if (areUsedUp) return { outcome: 'sourceUsedUp' as const }
    const verdict = effort === 0 ? 'done' : await proofs.judge(read.proof, read.registration.email)
    if (verdict === 'expired') return { outcome: 'proofExpired' as const }
    if (verdict === 'missing') return { outcome: 'proofMissing' as const }
    return await registerCustomer(dependencies, read.registration)
  })
  if (outcome === 'bot') count(ownMetrics.botsRefused)
  if (outcome === 'proofMissing') count(ownMetrics.proofsMissing)
  if (outcome === 'proofExpired') {
    note({ outcome, status: 400 })
    return expired(request, read.registration, environment)
  }
  if (outcome === 'pending' || outcome === 'sourceUsedUp' || outcome === 'bot' || outcome === 'proofMissing') {
    note({ outcome, ...ids, status: 202 })
    return accepted(request, read.registration, environment)
  }
  note({ outcome, ...ids, status: 503 })
  return unavailable(request, read.registration, outcome, environment)
})

/** What a browser works on before it registers somebody. */
async function challenge(method: string, note: Note): Promise<HttpResponse> {
  if (method !== 'GET') {
    note({ outcome: 'methodNotAllowed', status: 405 })
    return methodNotAllowed('GET')
  }
  if (effort === 0) {
    note({ outcome: 'noProofAsked', status: 404 })
    return problem({ status: 404, detail: 'This stage asks for no proof of work: register without one.' })
  }
  note({ outcome: 'challenged', status: 200 })
  return response(200, json, JSON.stringify(await proofs.challenge()))
}
