import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js'
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration/index.js'
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route/index.js'
import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage/index.js'
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js'
import { functions } from '@confirmation-reminder/contracts/functions'
import { dependable } from 'cdktf'
import { Construct } from 'constructs'
import type { LambdaFunction } from './lambda-function.ts'
import type { Rate, Settings } from './settings.ts'

interface HttpApiProps {
  name: string
  throttling: Settings['throttling']
  logDays: number
  origins?: Settings['origins']
  proofOfWork?: Settings['proofOfWork']
}

/** The HTTP API: the routes of the contracts' table, throttled, with an access log without personal data. */
export class HttpApi extends Construct {
  readonly id: string
  /** The URL of the API, without a trailing slash. */
  readonly url: string
  /** What the domain of the API leads to. */
  get target(): { id: string; stage: string } {
    return { id: this.id, stage: this.stage.id }
  }
  private readonly api: Apigatewayv2Api
  private readonly stage: Apigatewayv2Stage

  constructor(scope: Construct, id: string, { name, throttling, logDays, origins = [], proofOfWork }: HttpApiProps) {
    super(scope, id)
    this.api = new Apigatewayv2Api(this, 'api', {
      name,
      protocolType: 'HTTP',
      ...(origins.length > 0 && {
        corsConfiguration: { ...cors, allowMethods: proofOfWork ? ['GET', 'POST'] : ['POST'], allowOrigins: origins },
      }),
    })
    this.id = this.api.id
    this.url = this.api.apiEndpoint
    const logs = new CloudwatchLogGroup(this, 'logs', {
      name: `/aws/vendedlogs/apigateway/${name}`,
      retentionInDays: logDays,
    })
    this.stage = new Apigatewayv2Stage(this, 'stage', {
      apiId: this.api.id,
      name: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.arn, format: JSON.stringify(accessLog) },
      defaultRouteSettings: limit(throttling.otherRoutes),
      routeSettings: functions.register.routes.map((routeKey) => ({ routeKey, ...limit(throttling.registrations) })),
    })
  }

  /** Serves a function's routes through its alias. */
  serve({ name, live }: LambdaFunction): void {
    const scope = new Construct(this, name)
    const integration = new Apigatewayv2Integration(scope, 'integration', {
      apiId: this.api.id,
      integrationType: 'AWS_PROXY',
      integrationUri: live.invokeArn,
      payloadFormatVersion: '2.0',
    })
    for (const routeKey of functions[name].routes) {
      const [method = '', path = ''] = routeKey.split(' ')
      const id = `${method.toLowerCase()}${path.replaceAll('/', '-')}`
      const route = new Apigatewayv2Route(scope, `route-${id}`, {
        apiId: this.api.id,
        routeKey,
        target: `integrations/${integration.id}`,
      })
      // API Gateway refuses throttling of a route that it does not have yet.
      this.stage.dependsOn = [...(this.stage.dependsOn ?? []), dependable(route)]
      new LambdaPermission(scope, `permission-${id}`, {
        statementId: `api-${id}`,
        action: 'lambda:InvokeFunction',
        functionName: live.functionName,
        qualifier: live.name,
        principal: 'apigateway.amazonaws.com',
        sourceArn: `${this.api.executionArn}/*/${method === 'ANY' ? '*' : method}${path}`,
      })
    }
  }
}

/**
 * What a page of an allowed origin may do: get a challenge, send a registration as JSON and read the responses, without cookies. API Gateway
 * answers the browser that asks whether it may, and ignores what a function says about it.
 */
const cors = {
  allowHeaders: ['content-type'],
  allowCredentials: false,
  // As long as Chromium keeps the answer at most.
  maxAge: 7_200,
}

/** No address, no browser, no query string: a line says what was asked of which route and how it went. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  responseLatencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
}

function limit({ perSecond, burst }: Rate) {
  return { throttlingRateLimit: perSecond, throttlingBurstLimit: burst }
}
