import { readFile } from 'node:fs/promises'
import { unusable } from '../../core/durable/damage.ts'
import type { LambdaFunction } from '../../core/stack-model.ts'
import { BadZip, removeUnzipped, unpack, unpackKept } from './code.ts'
import { appliedAgain, type Deployment, firstApplied } from './deployment.ts'
import { shippedInstead } from './shipped-code-warning.ts'
import type { Versions } from './versions.ts'

/** Where functions are deployed, and with what. */
interface Deploying {
  /** Where their code is unzipped. */
  folder: string
  apiUrl: string
  /** Whether what Terraform ignores stays, as after an apply on AWS. */
  applyOnly: boolean
  /** The time, in ISO 8601. */
  now: () => string
  log: (functionName: string, line: string) => void
}

/**
 * Deploys the functions of the stack as Terraform would (see `appliedAgain`).
 * @throws Error with one sentence, where a zip cannot be read, or one that was kept is missing
 */
export async function deployFunctions(
  functions: readonly LambdaFunction[],
  versions: Versions,
  around: Deploying,
): Promise<void> {
  await removeUnzipped(around.folder)
  // One after the other: functions may share a zip, and with it the folder.
  for (const settings of functions) {
    const deployment = await apply(settings, versions, around)
    await versions.deploy(settings.name, deployment)
    const instead = shippedInstead(deployment)
    if (instead) around.log(settings.name, instead)
  }
}

async function apply(
  { name, arn, codeFile, aliases, ignored, reservedConcurrency, ...configuration }: LambdaFunction,
  versions: Versions,
  { folder, apiUrl, applyOnly, now }: Deploying,
): Promise<Deployment> {
  const zip = await readFile(codeFile).catch((error: unknown) => {
    throw new Error(`There is no code at ${codeFile}: synthesise the stage again.`, { cause: error })
  })
  const code = await unpack(zip, folder, codeFile).catch((error: unknown) => {
    throw error instanceof BadZip ? new Error(error.message) : unusable(folder, error)
  })
  const planned = { code, configuration, aliases, ignored, reservedConcurrency, apiUrl }
  const kept = await versions.kept(name)
  for (const { code: before } of kept ? [kept.latest, ...kept.published] : []) await unpackKept(folder, before)
  return kept ? appliedAgain(kept, planned, now(), { applyOnly }) : firstApplied(planned, now())
}
