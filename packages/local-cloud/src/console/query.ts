import type { LogRow } from '@confirmation-reminder/console/api'
import type { PageOf } from '../core/page.ts'
import { Problem } from '../gateway/problem.ts'
import type { LogFilter } from './log-reader.ts'

/**
 * Which page of a list a query asks for.
 * @throws Problem that names the parameter and what it takes
 */
export function pageIn(query: URLSearchParams, { usualRows, mostRows } = { usualRows: 50, mostRows: 200 }): PageOf {
  const limit = Number(query.get('limit') ?? usualRows)
  if (!Number.isInteger(limit) || limit < 1 || limit > mostRows) {
    throw invalid(`The parameter limit takes a whole number from 1 to ${mostRows}.`)
  }
  return { after: query.get('after') ?? undefined, limit }
}

/** Which lines of the functions' logs a query asks for. @throws Problem, as `pageIn` */
export function logFilterIn(query: URLSearchParams): LogFilter {
  const level = query.get('level')
  const levels: readonly LogRow['level'][] = ['info', 'error']
  const known = levels.find((one) => one === level)
  if (level && !known) throw invalid(`The parameter level takes ${levels.join(' or ')}.`)
  return {
    function: query.get('function') ?? undefined,
    text: [query.get('trace'), query.get('q')].filter((part): part is string => Boolean(part)),
    level: known,
  }
}

/** The number that a cursor is. @throws Problem, as `pageIn` */
export function numberOf(after: string): number {
  if (/^\d{1,15}$/.test(after)) return Number(after)
  throw invalid('The parameter after takes the next of an earlier page.')
}

const invalid = (detail: string) => new Problem(400, 'Invalid query', detail)
