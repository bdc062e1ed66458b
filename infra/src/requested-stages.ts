import { type Stage, stages } from '@confirmation-reminder/contracts/stages'

/**
 * Which stages to synthesise.
 * @param requested the environment variable STAGE: one stage, or nothing for all
 */
export function requestedStages(requested = ''): readonly Stage[] {
  if (!requested) return stages
  const found = stages.filter((stage) => stage === requested)
  if (found.length > 0) return found
  throw new Error(`There is no stage "${requested}": set STAGE to ${stages.join(' or ')}, or leave it unset for all.`)
}
