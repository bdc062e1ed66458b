import { AwsError } from '../core/aws-error.ts'
import { parseObject } from './aws-json.ts'
import { type Binding, lambdaBindings } from './lambda-bindings.ts'
import type { Call, Protocol } from './protocol.ts'
import type { AwsRequest } from './request.ts'

const bindingsOf = new Map<string, readonly Binding[]>([['lambda', lambdaBindings]])

/** restJson1: method and path name the action; members are in the path, the query, headers and the JSON body. */
export const restJson: Protocol = {
  speaks: () => true,

  read(request) {
    for (const binding of bindingsOf.get(request.service) ?? []) {
      const labels = request.method === binding.method ? matchPath(binding.path, request.path) : undefined
      if (labels) return { action: binding.action, input: members(request, binding, labels) }
    }
    throw restJson.unknownAction(`${request.method} ${request.path} of ${request.service}`)
  },

  answer(request, { action }, output: Record<string, unknown>) {
    const { status = 200, statusMember, payload, responseHeaders = {} } = bindingFor(request, action)
    const fromMembers = Object.entries(responseHeaders)
      .filter(([member]) => output[member] !== undefined)
      .map(([member, header]) => [header, String(output[member])])
    return {
      statusCode: statusMember ? Number(output[statusMember]) : status,
      headers: { 'content-type': 'application/json', ...Object.fromEntries(fromMembers) },
      body: payload ? String(output[payload] ?? '') : JSON.stringify(output),
    }
  },

  refuse: (_request, { code, message, statusCode, members }) => ({
    statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Type: statusCode < 500 ? 'User' : 'Service', Message: message, ...members }),
  }),

  unknownAction: (action) =>
    new AwsError('UnknownOperationException', `The local cloud does not support ${action}.`, 404),
}

function bindingFor({ service }: AwsRequest, action: string): Partial<Binding> {
  return bindingsOf.get(service)?.find((binding) => binding.action === action) ?? {}
}

function members(request: AwsRequest, binding: Binding, labels: Record<string, string>): Call['input'] {
  const { query, headers, body } = request
  const fromHeaders = Object.entries(binding.requestHeaders ?? {}).map(([member, header]) => [member, headers[header]])
  const fromBody = binding.payload ? { [binding.payload]: body } : parseObject(request)
  return { ...Object.fromEntries(query), ...Object.fromEntries(fromHeaders), ...fromBody, ...labels }
}

/** The labels of a path such as `/functions/{FunctionName}`, decoded; undefined if the path is another. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const steps = pattern.split('/')
  const given = path.replace(/\/$/, '').split('/')
  if (steps.length !== given.length) return undefined
  const labels: [name: string, value: string][] = []
  for (const [index, step] of steps.entries()) {
    const text = given[index] ?? ''
    const label = /^\{(\w+)\}$/.exec(step)?.[1]
    if (label) labels.push([label, decode(text)])
    else if (step !== text) return undefined
  }
  return Object.fromEntries(labels)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsError('SerializationException', `The path holds ${text}, which is not percent-encoded text.`)
  }
}
