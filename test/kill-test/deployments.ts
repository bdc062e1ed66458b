import type { Stage } from '@confirmation-reminder/contracts/stages'
import synthesise, { stackOf } from '../synthesise.ts'
import type { Deployment } from './kill-test.ts'
import { plans } from './plan.ts'

/** Synthesises the stages with the settings of the kill test, and with those to which it changes, into a folder. */
export async function deploymentsIn(
  outdir: string,
): Promise<Record<Stage, { deployment: Deployment; later: Deployment }>> {
  const folders = { first: `${outdir}/first`, later: `${outdir}/later` }
  const settings = (which: 'first' | 'later') => ({ dev: plans.dev[which], prod: plans.prod[which] })
  for (const which of ['first', 'later'] as const) {
    await synthesise(folders[which], 'src/test/changed-settings.ts', settings(which))
  }
  const of = (stage: Stage, which: 'first' | 'later') => ({
    stack: stackOf(stage, folders[which]),
    plan: plans[stage][which],
  })
  const both = (stage: Stage) => ({ deployment: of(stage, 'first'), later: of(stage, 'later') })
  return { dev: both('dev'), prod: both('prod') }
}
