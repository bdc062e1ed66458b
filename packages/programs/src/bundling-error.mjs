// @ts-check
import { formatMessages } from 'esbuild'

/**
 * The error of what cannot be bundled: what esbuild found, and where.
 * @param {string} what
 * @param {import('esbuild').Message[]} messages
 */
export async function bundlingError(what, messages) {
  const found = await formatMessages(messages, { kind: 'error' })
  return new Error(`${what} cannot be bundled. Fix this and try again:\n\n${found.join('\n')}`)
}
