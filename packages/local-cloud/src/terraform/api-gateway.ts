import { createHash } from 'node:crypto'
import type { Route } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { functionArnOf } from './lambda.ts'
import type { Resources, ResourceTypes } from './resource-type.ts'

// AWS draws ids at random; ours come from the address, so that they stay the same from start to start.
const idOf = ({ address }: Arguments) => createHash('sha256').update(address).digest('hex').slice(0, 10)

export const apiGateway: ResourceTypes = {
  aws_apigatewayv2_api: {
    computed: (api, { region, accountId, apiUrl }) => ({
      id: idOf(api),
      arn: `arn:aws:apigateway:${region}::/apis/${idOf(api)}`,
      api_endpoint: apiUrl,
      execution_arn: `arn:aws:execute-api:${region}:${accountId}:${idOf(api)}`,
    }),
    refuses: ['cors_configuration', 'body', 'route_key', 'target'],
    add: (api, model, stack) => {
      if (api.text('protocol_type') !== 'HTTP')
        api.refuse('is not of protocol_type HTTP, the only one that runs locally')
      if (model.api.id) api.refuse('is a second HTTP API; the local cloud serves one')
      model.api = { id: api.text('id'), name: api.text('name'), routes: routesOf(api, stack) }
    },
  },
  aws_apigatewayv2_stage: {
    computed: (stage, { region, apiUrl }) => ({
      id: stage.text('name'),
      arn: `arn:aws:apigateway:${region}::/apis/${stage.text('api_id')}/stages/${stage.text('name')}`,
      invoke_url: `${apiUrl}/`,
    }),
    add: (stage) => {
      if (stage.text('name') !== '$default')
        stage.refuse('is not the stage $default, the only one that is served locally')
    },
  },
  aws_apigatewayv2_integration: {
    computed: (integration) => ({ id: idOf(integration) }),
    refuses: ['request_parameters', 'response_parameters'],
    add: (integration) => {
      const type = integration.text('integration_type')
      const version = integration.optionalText('payload_format_version') ?? '1.0'
      if (type !== 'AWS_PROXY') integration.refuse(`is of integration_type ${type}; only AWS_PROXY runs locally`)
      if (version !== '2.0') integration.refuse(`has payload_format_version ${version}; only 2.0 runs locally`)
    },
  },
  aws_apigatewayv2_route: {
    computed: (route) => ({ id: idOf(route) }),
    refuses: ['authorizer_id', 'api_key_required'],
  },
}

function routesOf(api: Arguments, stack: Resources): Route[] {
  const ofApi = (type: string) => stack.ofType(type).filter((part) => part.text('api_id') === api.text('id'))
  const integrations = new Map(
    ofApi('aws_apigatewayv2_integration').map((integration) => [`integrations/${integration.text('id')}`, integration]),
  )
  return ofApi('aws_apigatewayv2_route').map((route) => {
    const key = route.text('route_key')
    if (!/^(\$default|[A-Z]+ \/[^{}\s]*)$/.test(key)) {
      route.refuse(`has the route key "${key}"; the local cloud serves "METHOD /path" without parameters and $default`)
    }
    const target = route.optionalText('target') ?? ''
    const integration = integrations.get(target) ?? route.refuse(`has the target "${target}", which is no integration`)
    return { key, functionArn: functionArnOf(integration.text('integration_uri')) }
  })
}
