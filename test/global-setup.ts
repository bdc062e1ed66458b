import { bundlePrograms } from './programs.ts'
import synthesise, { needsStacks } from './synthesise.ts'

/**
 * Prepares what the tests that were asked for need: the stacks, and the programs that tests start again and again.
 * Tests of one package or function need none of it: a sibling that cannot be built is no obstacle to its team.
 */
export default async function globalSetup({ testPathPatterns: { patterns } }: Asked): Promise<void> {
  if (!needsStacks(patterns)) return
  await Promise.all([synthesise(), bundlePrograms()])
}

/** What Jest reports about the tests that it was asked for. */
interface Asked {
  testPathPatterns: { patterns: string[] }
}
