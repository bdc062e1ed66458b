import { zipSync } from 'fflate'
import { checkPromises, preflight } from './preflight.ts'

const samples = [{ version: '0.1.0', payload: { token: 'any' } }]
const tryOut = (code: string, environment = {}) =>
  preflight({ name: 'confirm', zip: zipSync({ 'handler.js': Buffer.from(code) }), environment, samples })
const answers = 'exports.handler = async (event) => ({ dryRun: event.dryRun })'

test('code that loads and answers passes', async () => {
  await expect(tryOut(answers)).resolves.toBeUndefined()
})

test('code in several files passes if each of them loads', async () => {
  const handler = `const { n } = require('./n.js'); ${answers}; exports.later = () => require('./later.js')`
  const tryFiles = (later: string) => {
    const files = { 'handler.js': handler, 'n.js': 'exports.n = 1', 'later.js': later }
    const zip = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])))
    return preflight({ name: 'confirm', zip, environment: {}, samples })
  }
  await expect(tryFiles(`require('./n.js').n.toFixed()`)).resolves.toBeUndefined()
  await expect(tryFiles('throw new Error("later is broken")')).rejects.toThrow('later is broken')
})

test('it finds the environment that it will have, and nothing of this process', async () => {
  process.env.SECRET_OF_THE_HOST = 'x'
  const needs = `if (!process.env.TABLE || process.env.SECRET_OF_THE_HOST) throw new Error('TABLE is missing');${answers}`
  await expect(tryOut(needs, { TABLE: 'a' })).resolves.toBeUndefined()
  await expect(tryOut(needs)).rejects.toThrow(/TABLE is missing\nNothing was uploaded\./)
})

test.each([
  ['does not load', 'throw new Error("broken")', 'broken'],
  ['is no JavaScript', 'const = ', 'SyntaxError|Unexpected'],
  ['throws', 'exports.handler = async () => { throw new Error("broken") }', 'broken'],
  ['exits', 'exports.handler = async () => process.exit(0)', 'ended its process'],
  ['takes a dry run for an event', 'exports.handler = async () => "sent"', 'logged\\(\\)'],
])('code that %s is refused', async (_, code, reason) => {
  await expect(tryOut(code)).rejects.toThrow(new RegExp(reason))
})

test('a released payload that the contract no longer takes is refused, with what to do instead', () => {
  const old = { version: '0.0.1', payload: { code: 'any' } }
  expect(() => checkPromises('confirm', [...samples, old])).toThrow(/contracts 0\.0\.1.*make a new field optional/)
  expect(() => checkPromises('confirm', samples)).not.toThrow()
})
