import fc from 'fast-check'
import { checkDefinition } from '../definition/definition.ts'
import { simulate } from '../test/simulate.ts'
import { resumeTasks } from './interpreter.ts'
import type { Run } from './run.ts'

interface Group {
  StartAt: string
  States: Record<string, object>
}

/** A state without its name: names are unique in the machine, and given at the end. */
type Kind =
  | { type: 'pass' | 'fail' | 'runtime' }
  | { type: 'wait'; seconds: number }
  | { type: 'task'; failures: number; retries: number; caught: boolean }
  | { type: 'parallel'; branches: Kind[][]; retries: number; caught: boolean }
  | { type: 'map'; length: number; atOnce: number; iteration: Kind[]; retries: number; caught: boolean }

const { kinds } = fc.letrec<{ kinds: Kind[]; kind: Kind }>((tie) => {
  const rules = { retries: fc.nat(2), caught: fc.boolean() }
  return {
    kinds: fc.array(tie('kind'), { minLength: 1, maxLength: 3 }),
    kind: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('pass', 'pass', 'fail', 'runtime') }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('wait'), seconds: fc.nat(3) }) },
      { weight: 4, arbitrary: fc.record({ type: fc.constant('task'), failures: fc.nat(3), ...rules }) },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant('parallel'),
          branches: fc.array(tie('kinds'), { minLength: 1, maxLength: 3 }),
          ...rules,
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant('map'),
          length: fc.nat(4),
          atOnce: fc.nat(2),
          iteration: tie('kinds'),
          ...rules,
        }),
      },
    ) as fc.Arbitrary<Kind>,
  }
})

const everything = [{ ErrorEquals: ['States.ALL'] }]

function machineOf(states: Kind[]): Group {
  let names = 0
  const group = (kinds: Kind[]): Group => {
    const own = kinds.map((kind) => `${kind.type}${names++}`)
    const rescue = `rescue${names++}`
    const rules = ({ retries, caught }: { retries: number; caught: boolean }) => ({
      ...(retries > 0 && { Retry: [{ ...everything[0], MaxAttempts: retries }] }),
      ...(caught && { Catch: [{ ...everything[0], Next: rescue }] }),
    })
    const state = (kind: Kind, name: string): object => {
      switch (kind.type) {
        case 'pass':
          return { Type: 'Pass' }
        case 'runtime':
          return { Type: 'Pass', Parameters: { 'a.$': '$$.nope' } }
        case 'fail':
          return { Type: 'Fail', Error: name }
        case 'wait':
          return { Type: 'Wait', Seconds: kind.seconds }
        case 'task': {
          const Parameters = { name, failures: kind.failures, 'retries.$': '$$.State.RetryCount' }
          const Resource = 'arn:aws:lambda:eu-central-1:123456789012:function:work'
          return { Type: 'Task', Resource, Parameters, ...rules(kind) }
        }
        case 'parallel':
          return { Type: 'Parallel', Branches: kind.branches.map(group), ...rules(kind) }
        case 'map': {
          const ItemsPath = `$$.Execution.Input[${kind.length}]`
          return {
            Type: 'Map',
            ItemsPath,
            MaxConcurrency: kind.atOnce,
            ItemProcessor: group(kind.iteration),
            ...rules(kind),
          }
        }
      }
    }
    const following = (kind: Kind, index: number) => {
      if (kind.type === 'fail') return {}
      return index === kinds.length - 1 ? { End: true } : { Next: own[index + 1] }
    }
    const named = kinds.map((kind, index) => [
      own[index] ?? '',
      { ...state(kind, own[index] ?? ''), ...following(kind, index) },
    ])
    const isCaught = kinds.some((kind) => 'caught' in kind && kind.caught)
    const States = Object.fromEntries([...named, ...(isCaught ? [[rescue, { Type: 'Pass', End: true }]] : [])])
    return { StartAt: own[0] ?? '', States }
  }
  // What follows a Fail state is not reachable.
  const cut = (kinds: Kind[]): Kind[] => {
    const end = kinds.findIndex(({ type }) => type === 'fail') + 1
    return kinds.slice(0, end || kinds.length).map((kind) => {
      if (kind.type === 'parallel') return { ...kind, branches: kind.branches.map(cut) }
      return kind.type === 'map' ? { ...kind, iteration: cut(kind.iteration) } : kind
    })
  }
  return group(cut(states))
}

const machine = kinds.map(machineOf)
const input = [0, 1, 2, 3, 4].map((length) => Array.from({ length }, (_, index) => `item ${index}`))
const answer = ({ payload }: { payload: string }) => {
  const { name, failures, retries } = JSON.parse(payload)
  if (retries < failures) return { error: 'Sorry', cause: name }
  return { result: { name }, executedVersion: '1', requestId: 'request' }
}
/** A choice in the range, by a list of numbers. */
const chosen = (numbers: number[]) => {
  let index = 0
  return (count: number) => (numbers[index++ % numbers.length] ?? 0) % count
}
const numbers = fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 })
const read = (run: Run): Run => JSON.parse(JSON.stringify(run))

/** What is open at the end of a history: states that were entered, and iterations that started. */
function left(types: string[], what: string, ends: string[]): number {
  const count = (type: string) => types.filter((each) => each === type).length
  return count(what) - ends.reduce((sum, end) => sum + count(end), 0)
}

test('every run ends, its ids have no gap, and each event follows from an earlier one, for any order of answers', () => {
  fc.assert(
    fc.property(machine, numbers, (definition, order) => {
      checkDefinition(JSON.stringify(definition), 'it')
      const { run, events, types } = simulate(definition, { input, answer, pick: chosen(order), after: read })
      expect(run.status).not.toBe('RUNNING')
      expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1))
      for (const { id, previousEventId } of events) {
        expect(previousEventId).toBeLessThan(id)
        if (id > 2) expect(previousEventId).toBeGreaterThan(1)
      }
      if (run.status !== 'SUCCEEDED') return
      for (const type of ['Pass', 'Wait']) {
        expect(left(types, `${type}StateEntered`, [`${type}StateExited`, `${type}StateAborted`])).toBe(0)
      }
      const ends = ['Succeeded', 'Failed', 'Aborted'].map((end) => `MapIteration${end}`)
      expect(left(types, 'MapIterationStarted', ends)).toBe(0)
    }),
    { numRuns: 150 },
  )
})

test('the history is the same if the process is killed after any step', () => {
  fc.assert(
    fc.property(machine, fc.array(fc.boolean(), { maxLength: 60 }), (definition, kills) => {
      const whole = simulate(definition, { input, answer })
      const left = [...kills]
      const cut = simulate(definition, {
        input,
        answer,
        after: (run, world) => {
          const again = read(run)
          return left.pop() && run.frame ? (resumeTasks(again, world)?.run ?? again) : again
        },
      })
      expect(cut.events).toEqual(whole.events)
      expect(cut.run).toEqual(whole.run)
    }),
    { numRuns: 150 },
  )
})

test('a step does not change the run that it is about', () => {
  fc.assert(
    fc.property(machine, numbers, (definition, order) => {
      const kept: [Run, string][] = []
      const after = (run: Run): Run => {
        kept.push([run, JSON.stringify(run)])
        return run
      }
      simulate(definition, { input, answer, pick: chosen(order), after })
      for (const [run, text] of kept) expect(JSON.stringify(run)).toBe(text)
    }),
    { numRuns: 100 },
  )
})
