import type { IncomingHttpHeaders } from 'node:http'

/** What an Authorization header of Signature Version 4 says. */
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
 * Who a request says that it comes from; undefined, where it says nothing. Whether the signature is right is asked only
 * where there is a token. Only the header counts: a page cannot set it, but it writes queries as it likes, and no SDK
 * presigns requests to the services that are served here.
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
