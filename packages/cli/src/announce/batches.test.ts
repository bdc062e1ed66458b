import fc from 'fast-check'
import { batchesOf } from './batches.ts'

const sizeOf = (records: unknown[]) => Buffer.byteLength(JSON.stringify(records))

test('batches have all records in their order, as many as fit and never more', () => {
  const records = fc.array(fc.record({ text: fc.string({ unit: 'binary', maxLength: 60 }) }))
  const most = fc.record({ records: fc.integer({ min: 1, max: 5 }), bytes: fc.integer({ min: 1, max: 300 }) })
  fc.assert(
    fc.property(records, most, (given, most) => {
      const batches = batchesOf(given, most)
      expect(batches.flat()).toEqual(given)
      const fits = (batch: unknown[]) => batch.length <= most.records && sizeOf(batch) <= most.bytes + 1
      batches.forEach((batch, n) => {
        expect(batch.length === 1 || fits(batch)).toBe(true)
        const [next] = batches[n + 1] ?? []
        // One more byte than the limit is the other bracket of the list.
        if (next) expect(batch.length === most.records || sizeOf([...batch, next]) > most.bytes).toBe(true)
      })
    }),
  )
})

test('an invocation gets at most 100 records and less than 5 MB', () => {
  expect(batchesOf(Array(250).fill('small')).map(({ length }) => length)).toEqual([100, 100, 50])
  const large = Array(30).fill('€'.repeat(130_000))
  expect(batchesOf(large).map(({ length }) => length)).toEqual([12, 12, 6])
})
