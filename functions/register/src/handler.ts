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
import { readEnvironment } from '@confirmation-reminder/handler/environment'
import { logged, type Note } from '@confirmation-reminder/handler/logged'
import { methodNotAllowed, problem } from '@confirmation-reminder/handler/problem'
import { json, readRequest } from '@confirmation-reminder/handler/request'
import { type HttpResponse, response, withoutBody } from '@confirmation-reminder/handler/response'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { atDeparture } from './departure.ts'
import { readRegistration } from './request.ts'
import { accepted, asked, expired, refused, unavailable } from './responses.ts'
import type { Work } from './work.ts'

const methods = 'GET, HEAD, POST'
const challengePath = '/registrations/challenge'
const environment = readEnvironment('register')
const effort = environment.PROOF_OF_WORK

let opened: Promise<Work> | undefined
/** Loads the AWS SDK with the first valid registration: a form, and a request that is refused, cost half as much without it. */
function work(): Promise<Work> {
  opened ??= import('./work.ts').then(({ openWork }) => openWork(environment))
  return opened
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
  // Loaded before the departure is set: loading takes as long for every address, and must not use up the time until then.
  const { register } = await work()
  const { outcome, ...ids } = await atDeparture(() => register(read, request.sourceIp))
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
  return response(200, json, JSON.stringify(await (await work()).challenge()))
}
