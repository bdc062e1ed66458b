import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AwsError } from '../core/aws-error.ts'
import type { Store } from '../core/store.ts'
import type { Authorization } from './authorization.ts'
import { isSame, isSignedWith } from './signature.ts'

/** The access key id of the developer's own AWS clients; their secret access key is the token. */
export const developer = 'local'

/** The role that the developer acts in, if the access key id says so: `as-<the name of the role>`. */
export const roleIn = (accessKeyId: string): string | undefined => /^as-(.+)$/.exec(accessKeyId)?.[1]

/** Whether the secret access key that belongs to an access key id is the token. */
export const isDevelopers = (accessKeyId: string) => accessKeyId === developer || roleIn(accessKeyId) !== undefined

/** The secrets of requests, if the local cloud was started with `--token`. */
export interface Keys {
  token: string
  /** The secret access key that belongs to an access key id; undefined if there is none. */
  secretOf(accessKeyId: string): string | undefined
}

/**
 * The token of a data folder: the same at every start, so that links and exported credentials stay valid.
 * @param known the token that a new folder gets; a random one if it is left out
 */
export async function tokenIn(store: Store, known?: string): Promise<string> {
  const kept = store.sublevel('token')
  const token = (await kept.get('token')) ?? known ?? randomBytes(32).toString('base64url')
  await kept.put('token', token)
  return token
}

/** What below `/_local/` a browser opens by its address. */
const linked = /^\/_local\/(events|gallery)(\/|$)/

/**
 * Whether a request without a signature contains the token: in a header or, for the console's pages, what they load and
 * their events, which cannot send one, in the query.
 */
export function carriesToken({ headers }: IncomingMessage, { pathname, searchParams }: URL, token: string): boolean {
  const [, inHeader] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  const cannotSendHeaders = !pathname.startsWith('/_local/') || linked.test(pathname)
  const inLink = cannotSendHeaders ? searchParams.get('token') : null
  return isSame(inHeader ?? inLink ?? '', token)
}

/** @throws AwsError if a request is not signed with the secret that belongs to its access key id */
export function checkSignature(
  { secretOf }: Keys,
  authorization: Authorization,
  message: IncomingMessage,
  body: Buffer,
): void {
  const secret = secretOf(authorization.accessKeyId)
  if (secret === undefined) {
    throw new AwsError(
      'UnrecognizedClientException',
      `The security token included in the request is invalid: set AWS_ACCESS_KEY_ID to ${developer}, and AWS_SECRET_ACCESS_KEY to the token that the start printed.`,
      403,
    )
  }
  if (isSignedWith(secret, authorization, message, body)) return
  throw new AwsError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method: the secret is the token that the start printed.',
    403,
  )
}
