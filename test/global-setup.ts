import { bundlePrograms } from './programs.ts'
import { needsStacks, synthesiseStacks } from './synthesise.ts'

/**
 * Prepares what the tests that were asked for need: the stacks, and the programs that tests start again and again.
 * Tests of one package or function need none of it: a sibling that cannot be built is no obstacle to its team.
 */
export default async function globalSetup({ testPathPatterns: { patterns } }: Asked): Promise<void> {
  // Each test file loads the AWS SDK itself, and on Node 20 each would print that later releases need a newer one. Workers inherit it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  if (!needsStacks(patterns)) return
  await bundlePrograms()
  await synthesiseStacks()
}

/** What Jest reports about the tests that it was asked for. */
interface Asked {
  testPathPatterns: { patterns: string[] }
}
