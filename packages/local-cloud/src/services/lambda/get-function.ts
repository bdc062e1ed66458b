import { pathToFileURL } from 'node:url'
import type { Code } from './code.ts'
import { configurationOf } from './configuration.ts'
import type { Versions } from './versions.ts'

interface Reference {
  FunctionName: string
  Qualifier?: string
}

/** GetFunction: the configuration, and where its zip can be read on this machine. */
export function getFunction(versions: Versions, zipFile: (code: Code) => string) {
  return async ({ FunctionName, Qualifier }: Reference) => {
    const target = versions.resolve(FunctionName, Qualifier)
    const reserved = target.function.reservedConcurrency
    return {
      Configuration: configurationOf(target.function, target.version, target.arn),
      ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
      Code: { RepositoryType: 'S3', Location: pathToFileURL(zipFile(target.version.code)).href },
      Tags: {},
    }
  }
}

/** GetFunctionConfiguration. */
export function getFunctionConfiguration(versions: Versions) {
  return async ({ FunctionName, Qualifier }: Reference) => {
    const target = versions.resolve(FunctionName, Qualifier)
    return configurationOf(target.function, target.version, target.arn)
  }
}
