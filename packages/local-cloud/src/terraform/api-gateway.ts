import { createHash } from 'node:crypto'
import type { Cors, Route } from '../core/stack-model.ts'
import type { Arguments } from './arguments.ts'
import { functionArnOf } from './lambda.ts'
import type { Resources, ResourceTypes } from './resource-type.ts'

// AWS draws ids at random; ours come from the address, so that they stay the same from start to start.
const idOf = ({ address }: Arguments) => createHash('sha256').update(address).digest('hex').slice(0, 10)

const corsArguments = [
  'allow_credentials',
  'allow_headers',
  'allow_methods',
  'allow_origins',
  'expose_headers',
  'max_age',
]

export const apiGateway: ResourceTypes = {
  aws_apigatewayv2_api: {
    computed: (api, { region, accountId, apiUrl }) => ({
      id: idOf(api),
      arn: `arn:aws:apigateway:${region}::/apis/${idOf(api)}`,
      api_endpoint: apiUrl,
      execution_arn: `arn:aws:execute-api:${region}:${accountId}:${idOf(api)}`,
    }),
    takes: ['name', 'protocol_type', ...corsArguments.map((name) => `cors_configuration.${name}`)],
    withoutEffect: ['ip_address_type', 'version'],
    add: (api, model, stack) => {
      if (api.text('protocol_type') !== 'HTTP')
        api.refuse('is not of protocol_type HTTP, the only one that runs locally')
      if (model.api.id) api.refuse('is a second HTTP API; the local cloud serves one')
      const cors = corsOf(api)
      model.api = { id: api.text('id'), name: api.text('name'), routes: routesOf(api, stack), ...(cors && { cors }) }
    },
  },
  aws_apigatewayv2_stage: {
    computed: (stage, { region, apiUrl }) => ({
      id: stage.text('name'),
      arn: `arn:aws:apigateway:${region}::/apis/${stage.text('api_id')}/stages/${stage.text('name')}`,
      invoke_url: `${apiUrl}/`,
    }),
    takes: ['api_id', 'auto_deploy', 'name'],
    // API Gateway's own limits of requests do not apply here, and the local cloud keeps no log of accesses.
    withoutEffect: ['access_log_settings', 'default_route_settings', 'route_settings'],
    add: (stage) => {
      if (!stage.flag('auto_deploy')) stage.refuse('has no auto_deploy: locally every change is deployed at once')
      if (stage.text('name') !== '$default')
        stage.refuse('is not the stage $default, the only one that is served locally')
    },
  },
  aws_apigatewayv2_integration: {
    computed: (integration) => ({ id: idOf(integration) }),
    takes: ['api_id', 'integration_type', 'integration_uri', 'payload_format_version'],
    add: (integration, _, stack) => {
      integration.mustName('api_id', stack.ofType('aws_apigatewayv2_api'), ['id'])
      const type = integration.text('integration_type')
      const version = integration.optionalText('payload_format_version') ?? '1.0'
      if (type !== 'AWS_PROXY') integration.refuse(`is of integration_type ${type}; only AWS_PROXY runs locally`)
      if (version !== '2.0') integration.refuse(`has payload_format_version ${version}; only 2.0 runs locally`)
    },
  },
  aws_apigatewayv2_route: {
    computed: (route) => ({ id: idOf(route) }),
    takes: ['api_id', 'authorization_type', 'route_key', 'target'],
    unique: ['api_id', 'route_key'],
    withoutEffect: ['operation_name'],
    add: (route, _, stack) => {
      route.mustName('api_id', stack.ofType('aws_apigatewayv2_api'), ['id'])
      const type = route.optionalText('authorization_type') ?? 'NONE'
      if (type !== 'NONE') route.refuse(`has authorization_type ${type}; only NONE runs locally`)
    },
  },
  // No name leads to this machine: the API is served at its own address alone.
  aws_apigatewayv2_domain_name: {
    computed: (domain, { region }) => ({
      id: domain.text('domain_name'),
      arn: `arn:aws:apigateway:${region}::/domainnames/${domain.text('domain_name')}`,
      domain_name_configuration: [
        {
          target_domain_name: `d-${idOf(domain)}.execute-api.${region}.amazonaws.com`,
          hosted_zone_id: idOf(domain),
        },
      ],
    }),
    takes: ['domain_name'],
    unique: ['domain_name'],
    withoutEffect: ['domain_name_configuration'],
    add: (domain, model) => void model.leftOut.push(`domain ${domain.text('domain_name')}`),
  },
  aws_apigatewayv2_api_mapping: {
    computed: (mapping) => ({ id: idOf(mapping) }),
    takes: ['api_id', 'domain_name', 'stage'],
    add: (mapping, _, stack) => {
      mapping.mustName('api_id', stack.ofType('aws_apigatewayv2_api'), ['id'])
      mapping.mustName('domain_name', stack.ofType('aws_apigatewayv2_domain_name'), ['domain_name'])
      mapping.mustName('stage', stack.ofType('aws_apigatewayv2_stage'), ['id'])
    },
  },
}

function corsOf(api: Arguments): Cors | undefined {
  const cors = api.block('cors_configuration')
  if (!cors) return undefined
  return {
    allowOrigins: cors.texts('allow_origins'),
    allowMethods: cors.texts('allow_methods'),
    allowHeaders: cors.texts('allow_headers'),
    exposeHeaders: cors.texts('expose_headers'),
    allowCredentials: cors.flag('allow_credentials'),
    ...(cors.gives('max_age') && { maxAgeSeconds: cors.number('max_age', 0) }),
  }
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
