/** The places of an action's members in a REST request and its response. */
export interface Binding {
  action: string
  method: string
  /** `{Label}` is a member of the input. */
  path: string
  /** The member that is the whole body, on the way in and out. Otherwise the body is JSON of all members. */
  payload?: string
  /** Input members by header, in lower case. */
  requestHeaders?: Record<string, string>
  /** Output members by header. */
  responseHeaders?: Record<string, string>
  /** 200 if not set. */
  status?: number
  /** The output member that is the status code. */
  statusMember?: string
}

const functions = '/2015-03-31/functions'
const concurrency = 'functions/{FunctionName}/concurrency'

export const lambdaBindings: readonly Binding[] = [
  { action: 'ListFunctions', method: 'GET', path: functions },
  { action: 'GetFunction', method: 'GET', path: `${functions}/{FunctionName}` },
  { action: 'GetFunctionConfiguration', method: 'GET', path: `${functions}/{FunctionName}/configuration` },
  { action: 'UpdateFunctionCode', method: 'PUT', path: `${functions}/{FunctionName}/code` },
  { action: 'ListVersionsByFunction', method: 'GET', path: `${functions}/{FunctionName}/versions` },
  { action: 'PublishVersion', method: 'POST', path: `${functions}/{FunctionName}/versions`, status: 201 },
  { action: 'ListAliases', method: 'GET', path: `${functions}/{FunctionName}/aliases` },
  { action: 'GetAlias', method: 'GET', path: `${functions}/{FunctionName}/aliases/{Name}` },
  { action: 'GetAccountSettings', method: 'GET', path: '/2016-08-19/account-settings' },
  { action: 'GetFunctionConcurrency', method: 'GET', path: `/2019-09-30/${concurrency}` },
  { action: 'PutFunctionConcurrency', method: 'PUT', path: `/2017-10-31/${concurrency}` },
  { action: 'DeleteFunctionConcurrency', method: 'DELETE', path: `/2017-10-31/${concurrency}`, status: 204 },
  { action: 'UpdateAlias', method: 'PUT', path: `${functions}/{FunctionName}/aliases/{Name}` },
  {
    action: 'Invoke',
    method: 'POST',
    path: `${functions}/{FunctionName}/invocations`,
    payload: 'Payload',
    statusMember: 'StatusCode',
    requestHeaders: {
      InvocationType: 'x-amz-invocation-type',
      LogType: 'x-amz-log-type',
      ClientContext: 'x-amz-client-context',
    },
    responseHeaders: {
      FunctionError: 'x-amz-function-error',
      ExecutedVersion: 'x-amz-executed-version',
      LogResult: 'x-amz-log-result',
    },
  },
]
