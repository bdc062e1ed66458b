import * as v from 'valibot'
import { uncovered } from './sample-coverage.ts'

const contract = v.object({
  id: v.string(),
  people: v.array(v.object({ name: v.string(), locale: v.optional(v.picklist(['en', 'de'])) })),
  note: v.nullish(v.string()),
})

test('payloads that show all of a contract leave nothing untried', () => {
  const people = [{ name: 'Ada', locale: 'en' }, { name: 'Bob', locale: 'de' }, { name: 'Eve' }]
  expect(
    uncovered(contract, [
      { id: 'a', people },
      { id: 'b', people, note: 'x' },
    ]),
  ).toEqual([])
})

test('a field that is never there, never missing, or never takes one of its values is named', () => {
  const people = [{ name: 'Ada', locale: 'en' }]
  expect(uncovered(contract, [{ id: 'a', people }])).toEqual([
    'None lacks people.locale.',
    'None has people.locale "de".',
    'None has note.',
  ])
})

test('a choice behind a transformation counts as well', () => {
  const choice = v.object({ size: v.pipe(v.picklist(['s', 'l']), v.transform(String)) })
  expect(uncovered(choice, [{ size: 's' }])).toEqual(['None has size "l".'])
})
