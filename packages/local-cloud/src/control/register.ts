import { Problem } from '../gateway/problem.ts'

/**
 * Registers through the HTTP API on behalf of the console, whose page could not read a response from another port.
 * @throws Problem with the API's own status and explanation.
 */
export async function register(apiUrl: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${apiUrl}/registrations`, { method: 'POST', headers, body: JSON.stringify(body) })
  const json = (await answer.json()) as { title?: string; detail?: string }
  if (answer.ok) return json
  throw new Problem(answer.status, json.title ?? 'Not registered', json.detail ?? 'The API refused; the log says why.')
}
