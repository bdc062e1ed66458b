import type { IncomingHttpHeaders } from 'node:http'

/** The content of an Authorization header of Signature Version 4. */
export interface Authorization {
  accessKeyId: string
  /** The day in the credential scope, such as `20261127`. */
  day: string
  region: string
  /** The service of the credential scope, such as `states`. */
  service: string
  signedHeaders: string[]
  /** In hex. */
  signature: string
}

const scheme = 'AWS4-HMAC-SHA256'

/**
 * The caller that a request claims; undefined if it claims none. The signature is verified only if there is a token. Only
 * the header counts: a web page cannot set it, but it can write any query, and no SDK presigns requests to the services
 * of the local cloud.
 */
export function authorizationOf({ authorization = '' }: IncomingHttpHeaders): Authorization | undefined {
  if (!authorization.startsWith(`${scheme} `)) return undefined
  const parts = new Map(
    authorization
      .slice(scheme.length)
      .split(',')
      .map((part) => part.trim().split('=', 2) as [string, string]),
  )
  const credential = /^([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)\/aws4_request$/.exec(parts.get('Credential') ?? '')
  if (!credential) return undefined
  const [, accessKeyId = '', day = '', region = '', service = ''] = credential
  const signedHeaders = parts.get('SignedHeaders')?.split(';') ?? []
  return { accessKeyId, day, region, service, signedHeaders, signature: parts.get('Signature') ?? '' }
}
