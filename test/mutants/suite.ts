/*
 * Collects the tests of a file, as Jest does, so that they can run many times. It knows what our tests use.
 */

type Work = () => unknown

export interface Suite {
  beforeAll: Work[]
  beforeEach: Work[]
  afterEach: Work[]
  afterAll: Work[]
  /** The suite that contains this one; the file itself has none. */
  parent: Suite | undefined
}

export interface Case {
  name: string
  suite: Suite
  run: Work
}

const emptySuite = (parent?: Suite): Suite => ({
  beforeAll: [],
  beforeEach: [],
  afterEach: [],
  afterAll: [],
  parent,
})

/** Collects what `load` declares by the globals that this gives to `install`. */
export function collect(
  install: (globals: Record<string, unknown>) => void,
  load: Work,
): { cases: Case[]; file: Suite } {
  const file = emptySuite()
  const cases: Case[] = []
  const names: string[] = []
  let suite = file

  const test = (name: string, run: Work) => {
    cases.push({ name: [...names, name].join(' > '), suite, run })
  }
  const describe = (name: string, declare: Work) => {
    const outer = suite
    suite = emptySuite(outer)
    names.push(name)
    declare()
    names.pop()
    suite = outer
  }
  const hook = (kind: 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll') => (work: Work) => {
    suite[kind].push(work)
  }
  install({
    test: Object.assign(test, { each: each(test) }),
    it: Object.assign(test, { each: each(test) }),
    describe: Object.assign(describe, { each: each(describe) }),
    beforeAll: hook('beforeAll'),
    beforeEach: hook('beforeEach'),
    afterEach: hook('afterEach'),
    afterAll: hook('afterAll'),
  })
  load()
  return { cases, file }
}

const each =
  (declare: (name: string, run: Work) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, run: (...row: unknown[]) => unknown) => {
    for (const [index, row] of rows.entries()) {
      declare(`${name} #${index}`, () => run(...(Array.isArray(row) ? row : [row])))
    }
  }

/** The suites around a test, the outermost first, without the file itself. */
export function suitesOf({ suite }: Case): Suite[] {
  const found: Suite[] = []
  for (let one: Suite | undefined = suite; one?.parent; one = one.parent) found.unshift(one)
  return found
}
