import { keyFrom } from '../stage-key.ts'

/** A key that is the same in every test. */
export const testKey = keyFrom(async () => Buffer.alloc(32, 'test'))
