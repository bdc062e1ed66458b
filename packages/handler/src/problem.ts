import { STATUS_CODES } from 'node:http'
import { type HttpResponse, response } from './response.ts'

/** What is wrong with one field of a request. */
export interface FieldError {
  field: string
  detail: string
}

/** A refusal that programs read (RFC 9457). */
export interface Problem {
  status: number
  /** What the client should do next. */
  detail: string
  errors?: FieldError[]
  headers?: Record<string, string>
}

/** Writes a problem as `application/problem+json`. */
export function problem({ headers, ...members }: Problem): HttpResponse {
  const body = JSON.stringify({ title: STATUS_CODES[members.status], ...members })
  return response(members.status, 'application/problem+json', body, headers)
}

/** 405, with the methods that the resource allows. */
export function methodNotAllowed(allowed: string): HttpResponse {
  return problem({ status: 405, detail: `This resource allows only ${allowed}.`, headers: { allow: allowed } })
}
