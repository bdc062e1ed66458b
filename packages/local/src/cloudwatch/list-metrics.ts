import * as v from 'valibot'
import { readInput } from '../gateway/input.ts'
import type { Action } from '../service.ts'
import type { Metrics } from './metrics.ts'
import { dimensionList, token, tokenOf } from './request.ts'

const Input = v.object({
  Namespace: v.optional(v.string()),
  MetricName: v.optional(v.string()),
  Dimensions: v.optional(v.array(v.object({ Name: v.string(), Value: v.optional(v.string()) })), []),
  NextToken: token,
})

// As many as AWS gives in a page.
const pageSize = 500

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export function listMetrics(metrics: Metrics): Action {
  return async (input) => {
    const { Namespace, MetricName, Dimensions, NextToken = 0 } = readInput(Input, input)
    const found = (await metrics.list()).filter(
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
