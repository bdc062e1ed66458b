import { pathToFileURL } from 'node:url'
import { configurationOf } from './configuration.ts'
import type { Versions } from './versions.ts'

interface Reference {
  FunctionName: string
  Qualifier?: string
}

/** GetFunction: the configuration, and where its zip can be read on this machine. */
export function getFunction(versions: Versions) {
  return async ({ FunctionName, Qualifier }: Reference) => {
    const target = versions.resolve(FunctionName, Qualifier)
    return {
      Configuration: configurationOf(target),
      Code: { RepositoryType: 'S3', Location: pathToFileURL(target.function.settings.codeFile).href },
      Tags: {},
    }
  }
}

/** GetFunctionConfiguration. */
export function getFunctionConfiguration(versions: Versions) {
  return async ({ FunctionName, Qualifier }: Reference) => configurationOf(versions.resolve(FunctionName, Qualifier))
}
