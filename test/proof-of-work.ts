import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Challenge, Solution } from 'altcha-lib/types'

/** Gets a challenge of an API and solves it, as a browser does. */
export async function solve(apiUrl: string): Promise<{ altcha: string; solution: Solution }> {
  const response = await fetch(`${apiUrl}/registrations/challenge`)
  if (!response.ok) throw new Error(`There is no challenge: ${response.status}.`)
  const challenge = (await response.json()) as Challenge
  const solution = await solveChallenge({ challenge, deriveKey })
  if (!solution) throw new Error('The challenge took too long.')
  return { altcha: Buffer.from(JSON.stringify({ challenge, solution })).toString('base64'), solution }
}
