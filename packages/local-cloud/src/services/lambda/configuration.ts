import type { Version } from './deployment.ts'
import type { DeployedFunction } from './versions.ts'

/** A version's configuration as GetFunctionConfiguration returns it. */
export function configurationOf(
  { name, arn: unqualified }: DeployedFunction,
  { version, description, code, configuration, lastModified, revisionId }: Version,
  arn = `${unqualified}:${version}`,
) {
  return {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: configuration.runtime,
    Role: configuration.roleArn,
    Handler: configuration.handler,
    CodeSize: code.zipBytes,
    Description: description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMegabytes,
    LastModified: lastModified.replace('Z', '+0000'),
    CodeSha256: code.sha256,
    Version: version,
    RevisionId: revisionId,
    Environment: { Variables: configuration.environment },
    TracingConfig: { Mode: configuration.tracingMode },
    // Nothing takes time here: every change is complete when the response comes.
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: configuration.architectures,
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: 'Text', LogGroup: configuration.logGroup },
  }
}
