import * as v from 'valibot'
import { breakingChanges } from './compatibility.ts'

const sample = { version: '1.0.0', payload: { id: 'a', person: { name: 'Ada', age: 36 } } }
const id = v.string()
const person = v.object({ name: v.string(), age: v.number() })

test.each<[string, v.GenericSchema]>([
  ['the contract that it was written for', v.object({ id, person })],
  ['one with a new optional field', v.object({ id, person, locale: v.optional(v.string()) })],
  ['one that allows more', v.object({ id: v.union([id, v.number()]), person })],
  ['one that turns a field into something else', v.object({ id: v.pipe(id, v.transform(Number)), person })],
  ['one that no longer looks inside', v.object({ id, person: v.unknown() })],
])('%s keeps the promise', (_, contract) => {
  expect(breakingChanges('greet', contract, sample)).toEqual([])
})

test.each<[string, v.GenericSchema, RegExp]>([
  [
    'a new required field',
    v.object({ id, person, locale: v.string() }),
    /refuses.*1\.0\.0.*locale.*make a new field optional/,
  ],
  [
    'a narrower field',
    v.object({ id: v.pipe(id, v.uuid()), person }),
    /refuses.*id.*widen a field instead of narrowing/,
  ],
  ['a removed field', v.object({ person }), /no longer reads id of contracts 1\.0\.0.*Keep id.*as optional/],
  ['a removed field further in', v.object({ id, person: v.object({ name: id }) }), /no longer reads person\.age/],
  ['a removed field of a strict contract', v.strictObject({ person }), /refuses.*id/],
])('%s breaks it, and the sentence says what to do instead', (_, contract, sentence) => {
  expect(breakingChanges('greet', contract, sample)).toEqual([expect.stringMatching(sentence)])
})
