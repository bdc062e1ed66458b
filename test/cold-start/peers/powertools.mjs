// As the documentation of Powertools for AWS Lambda shows it: logger, metrics, and an envelope that zod parses.
import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { JSONStringified } from '@aws-lambda-powertools/parser/helpers'
import { APIGatewayProxyEventV2Schema } from '@aws-lambda-powertools/parser/schemas/api-gatewayv2'
import { z } from 'zod'
import { register } from './three-calls.mjs'

const logger = new Logger({ serviceName: 'register' })
const metrics = new Metrics({ namespace: 'confirmation-reminder', serviceName: 'register' })
const Registration = z.strictObject({ email: z.email().max(254), locale: z.string().optional() })
const Event = APIGatewayProxyEventV2Schema.extend({ body: JSONStringified(Registration) })

export const handler = async (event, context) => {
  logger.addContext(context)
  metrics.captureColdStartMetric()
  const parsed = Event.safeParse(event)
  if (!parsed.success) {
    logger.warn('The registration is refused', { issues: parsed.error.issues })
    return { statusCode: 400, body: JSON.stringify({ message: 'Bad request' }) }
  }
  const customerId = await register(parsed.data.body.email)
  logger.info('The customer is registered', { customerId })
  metrics.addMetric('Registered', MetricUnit.Count, 1)
  metrics.publishStoredMetrics()
  return { statusCode: 202, body: JSON.stringify({ status: 'pending' }) }
}
