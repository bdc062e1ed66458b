import type { Target } from './versions.ts'

/** A function's configuration as GetFunctionConfiguration words it. */
export function configurationOf({ function: { settings }, version, code, arn }: Target) {
  return {
    FunctionName: settings.name,
    FunctionArn: arn,
    Runtime: settings.runtime,
    Role: settings.roleArn,
    Handler: settings.handler,
    CodeSize: code.zipBytes,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMegabytes,
    LastModified: code.lastModified.toISOString().replace('Z', '+0000'),
    CodeSha256: code.sha256,
    Version: version,
    Environment: { Variables: settings.environment },
    TracingConfig: { Mode: settings.tracingMode },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: settings.architectures,
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: 'Text', LogGroup: settings.logGroup },
  }
}
