import { join } from 'node:path'
import { functionNames, functions } from '@confirmation-reminder/contracts/functions'
import { type GenericSchema, is } from 'valibot'
import { bundleFunction } from '../bundle/bundle.ts'
import { checkPromises, preflight } from '../ship/preflight.ts'
import { readSamples } from './samples.ts'

const samplesFolder = join(__dirname, '../../../contracts/samples')

/** Values of which one suits each variable that a function may need. */
const candidates = [
  'https://example.com',
  'hello@example.com',
  '60',
  '11111111-1111-4111-8111-111111111111',
  '21:00-08:00 Europe/Berlin',
  'text',
  'button',
  'true',
  '[]',
  '{}',
  '{"name":"Example","accent":"#1f5fbf","postalAddress":"Example, 1 Example Street"}',
]

function environmentFor(schemas: Record<string, GenericSchema>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const suits = candidates.find((value) => is(schema, value))
      if (suits === undefined) throw new Error(`No candidate suits ${name}: add one above.`)
      return [name, suits]
    }),
  )
}

test.each(functionNames)(
  'the code of %s, as it would be shipped, takes every payload that was ever released',
  async (name) => {
    const { zip } = await bundleFunction(name)
    const samples = readSamples(samplesFolder, name)
    expect(samples.length).toBeGreaterThan(0)
    checkPromises(name, samples)
    await preflight({ name, zip, samples, environment: environmentFor(functions[name].environment.entries) })
  },
)
