import { createHash } from 'node:crypto'

// A token is opaque to clients. It holds the run, a random text that only the waiting task knows, and a digest of both,
// so that a token that was cut or changed is recognised without looking for its run.

const digestLength = 16

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, digestLength)
}

/** The token of a task of a run: `$$.Task.Token`. */
export function taskToken(executionArn: string, nonce: string): string {
  const content = `${nonce} ${executionArn}`
  return Buffer.from(`${digestOf(content)}${content}`).toString('base64url')
}

/** What a token holds; undefined for a text that is none. */
export function readTaskToken(token: string): { executionArn: string; nonce: string } | undefined {
  const content = Buffer.from(token, 'base64url').toString().slice(digestLength)
  const space = content.indexOf(' ')
  const [nonce, executionArn] = [content.slice(0, space), content.slice(space + 1)]
  return space > 0 && taskToken(executionArn, nonce) === token ? { executionArn, nonce } : undefined
}
