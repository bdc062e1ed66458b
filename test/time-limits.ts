import { join } from 'node:path'

/**
 * A unit test has Jest's testTimeout of package.json. The tests in this folder run whole systems, some for minutes on a
 * slow machine: their limit only ends a test that hangs.
 */
const wholeSystemMs = 900_000

const { testPath = '' } = expect.getState()
if (testPath.startsWith(join(__dirname, '/'))) jest.setTimeout(wholeSystemMs)
