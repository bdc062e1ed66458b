import fc from 'fast-check'
import type { Group, State } from '../machine.ts'
import type { Rule } from '../rule-label.ts'

/** What a state of a random machine is like, without names: those are given at the end, as they are unique in the machine. */
interface Shape {
  type: string
  /** Where its transitions lead, as numbers that are taken modulo the count of states in its group. */
  targets: number[]
  catches: number[]
  ends: boolean
  hasDefault: boolean
  groups: Shape[][]
}

const { shape } = fc.letrec<{ shape: Shape }>((tie) => {
  const of = (types: string[], groups: fc.Arbitrary<Shape[][]>) =>
    fc.record({
      type: fc.constantFrom(...types),
      targets: fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }),
      catches: fc.array(fc.nat(99), { maxLength: 2 }),
      ends: fc.boolean(),
      hasDefault: fc.boolean(),
      groups,
    })
  const group = fc.array(tie('shape'), { minLength: 1, maxLength: 4 })
  return {
    shape: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 4, arbitrary: of(['Task', 'Wait', 'Pass', 'Choice', 'Succeed', 'Fail'], fc.constant([])) },
      { weight: 1, arbitrary: of(['Parallel'], fc.array(group, { minLength: 1, maxLength: 3 })) },
      { weight: 1, arbitrary: of(['Map'], fc.array(group, { minLength: 1, maxLength: 1 })) },
    ),
  }
})

/** Parts of names, short and long, of several scripts, and such that objects have already. */
const words = fc.constantFrom(
  'Work',
  'wait for it',
  'SendTheVeryLongReminderMailNow',
  '確認を待つ',
  '👩‍💻',
  '__proto__',
  'x'.repeat(60),
)

/** Machines with transitions of all kinds: loops, to the state itself, several to the same state, and to states that none leads to. */
export const machines: fc.Arbitrary<Group> = fc
  .tuple(fc.array(shape, { minLength: 1, maxLength: 8 }), fc.array(words, { minLength: 1, maxLength: 5 }))
  .map(([shapes, words]) => {
    let count = 0
    const nameOf = () => {
      const number = count++
      const word = words[number % words.length] ?? ''
      return number < words.length && word === '__proto__' && number === words.indexOf(word)
        ? word
        : `${word} ${number}`
    }
    const group = (shapes: Shape[]): Group => {
      const names = shapes.map(nameOf)
      const name = (target: number) => names[target % names.length] ?? ''
      const states = shapes.map((shape, index): [string, State] => [names[index] ?? '', state(shape, name)])
      return { StartAt: name(0), States: Object.fromEntries(states) }
    }
    const state = (shape: Shape, name: (target: number) => string): State => {
      const { type, targets, catches, ends, hasDefault, groups } = shape
      const next = ends ? { End: true } : { Next: name(targets[0] ?? 0) }
      const catching = {
        ...(catches.length > 0 && { Catch: catches.map((to) => ({ ErrorEquals: ['States.ALL'], Next: name(to) })) }),
      }
      switch (type) {
        case 'Choice': {
          const rule = (to: number): Rule => ({ Variable: '$.kind', NumericEquals: to, Next: name(to) })
          return { Type: type, Choices: targets.map(rule), ...(hasDefault && { Default: name(catches[0] ?? 0) }) }
        }
        case 'Task':
          return {
            Type: type,
            Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:work',
            ...next,
            ...catching,
          }
        case 'Wait':
          return { Type: type, Seconds: 5, ...next }
        case 'Pass':
          return { Type: type, ...next }
        case 'Parallel':
          return { Type: type, Branches: groups.map(group), ...next, ...catching }
        case 'Map':
          return { Type: type, ItemProcessor: group(groups[0] ?? []), ...next, ...catching }
        default:
          return { Type: type }
      }
    }
    return group(shapes)
  })
