import type { Configuration } from './deployment.ts'

/**
 * The whole environment of a function: the variables of its Terraform, and those that Lambda reserves. It contains no
 * variable of this process.
 */
export function environmentVariables(
  { environment, handler, runtime, memoryMegabytes, logGroup }: Configuration,
  running: {
    name: string
    version: string
    region: string
    endpointUrl: string
    taskRoot: string
    logStream: string
    accessKeyId: string
    secretAccessKey: string
  },
): Record<string, string> {
  const { name, version, region, endpointUrl, taskRoot, logStream, accessKeyId, secretAccessKey } = running
  return {
    LANG: 'en_US.UTF-8',
    NO_PROXY: '127.0.0.1,localhost',
    ...environment,
    _HANDLER: handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // Identifies the caller.
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: 'local',
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: taskRoot,
    TZ: ':UTC',
  }
}
