import { defects } from './defects.ts'
import { mutated } from './mutation.ts'

// Fails within a second, where `mutations.test.ts` takes minutes to reach the defect.
test.each(defects)('the source still has the place to change for %s', (_, mutations) => {
  for (const mutation of mutations) expect(mutated(mutation)).toContain(mutation.to)
})
