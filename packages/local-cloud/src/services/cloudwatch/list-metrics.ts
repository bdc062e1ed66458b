import * as v from 'valibot'
import type { Clock } from '../../core/clock.ts'
import type { Action } from '../../core/service.ts'
import { flag, oneOf, readInput } from '../../gateway/input.ts'
import type { Metrics } from './metrics.ts'
import { dimensionList, dimensionValue, name, token, tokenOf } from './request.ts'

const Input = v.object({
  Namespace: v.optional(name),
  MetricName: v.optional(name),
  Dimensions: v.optional(v.array(v.object({ Name: name, Value: v.optional(dimensionValue) })), []),
  RecentlyActive: v.optional(oneOf(['PT3H'])),
  // No other account is linked to this one: with them or without is the same.
  IncludeLinkedAccounts: v.optional(flag),
  OwningAccount: v.optional(v.never('the local cloud has one account')),
  NextToken: token,
})

// As many as AWS gives in a page.
const pageSize = 500
const recentMs = 3 * 3600 * 1000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export function listMetrics(metrics: Metrics, clock: Clock): Action {
  return async (input) => {
    const { Namespace, MetricName, Dimensions, RecentlyActive, NextToken = 0 } = readInput(Input, input)
    const found = (await metrics.list(RecentlyActive && clock.now() - recentMs)).filter(
      ({ namespace, name, dimensions }) =>
        (Namespace ?? namespace) === namespace &&
        (MetricName ?? name) === name &&
        Dimensions.every(({ Name, Value = dimensions[Name] }) => Value !== undefined && dimensions[Name] === Value),
    )
    const end = NextToken + pageSize
    return {
      Metrics: found.slice(NextToken, end).map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: dimensionList(dimensions),
      })),
      ...(end < found.length && { NextToken: tokenOf(end) }),
    }
  }
}
