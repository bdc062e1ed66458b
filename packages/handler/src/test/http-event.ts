import type { APIGatewayProxyEventV2 } from 'aws-lambda'

interface Call {
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: string
  isBase64Encoded?: boolean
}

/** An event as API Gateway's HTTP API sends it (payload format 2.0). */
export function httpEvent(method: string, path: string, call: Call = {}): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: new URLSearchParams(call.query).toString(),
    ...(call.query && { queryStringParameters: call.query }),
    headers: { host: 'api.example.com', ...call.headers },
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: `${method} ${path}`,
      stage: '$default',
      time: '23/Nov/2026:12:00:00 +0000',
      timeEpoch: 1795435200000,
    },
    ...(call.body !== undefined && { body: call.body }),
    isBase64Encoded: call.isBase64Encoded ?? false,
  }
}

/** A form as browsers post it, base64 as API Gateway passes it on. */
export function formEvent(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  return httpEvent('POST', path, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: Buffer.from(new URLSearchParams(fields).toString()).toString('base64'),
    isBase64Encoded: true,
  })
}
