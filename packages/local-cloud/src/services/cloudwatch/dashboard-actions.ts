import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import type { Dashboard } from '../../core/stack-model.ts'
import { queryAction, text } from '../../gateway/input.ts'
import { nextToken, pagination } from './request.ts'

const dashboardName = text(1, 255)

const GetDashboardInput = v.object({ DashboardName: dashboardName })

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html */
export const getDashboard = (dashboards: readonly Dashboard[]) =>
  queryAction(GetDashboardInput, async ({ DashboardName }) => {
    const found = dashboards.find(({ name }) => name === DashboardName)
    if (!found) throw new AwsError('DashboardNotFoundError', `Dashboard ${DashboardName} does not exist`, 404)
    return { DashboardArn: found.arn, DashboardBody: found.body, DashboardName }
  })

const ListDashboardsInput = v.object({ DashboardNamePrefix: v.optional(dashboardName), NextToken: nextToken })

// AWS's own.
const dashboardsPerPage = 1000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html, without when each was changed. */
export const listDashboards = (dashboards: readonly Dashboard[]) =>
  queryAction(ListDashboardsInput, async ({ DashboardNamePrefix = '', NextToken }) => {
    const found = dashboards.filter(({ name }) => name.startsWith(DashboardNamePrefix))
    const page = { size: dashboardsPerPage, token: NextToken }
    const { items, next } = pagination.page(['ListDashboards', { DashboardNamePrefix }], found, page)
    return {
      DashboardEntries: items.map(({ name, arn, body }) => ({
        DashboardName: name,
        DashboardArn: arn,
        Size: Buffer.byteLength(body),
      })),
      ...(next !== undefined && { NextToken: next }),
    }
  })
