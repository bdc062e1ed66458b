import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { compiledSchemas } from './compiled-schemas.ts'

const ofLocalCloud = createRequire(join(__dirname, '..', 'packages', 'local-cloud', 'package.json'))
const validate = ofLocalCloud('asl-validator') as Validate
type Validate = (definition: object) => { errors: object[] }
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'End' }

let compiled: Validate
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [ofLocalCloud.resolve('asl-validator')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    plugins: [compiledSchemas],
  })
  const module = { exports: {} }
  new Function('module', 'require', outputFiles[0]?.text ?? '')(module, require)
  compiled = module.exports as Validate
})

test.each([
  ['a sound definition', {}, true],
  ['a comment that is a number', { Comment: 5 }, false],
  ['a wait until a word', { States: { End: { Type: 'Wait', Timestamp: 'yesterday', End: true } } }, false],
  ['a wait until a time', { States: { End: { Type: 'Wait', Timestamp: '2030-01-01T00:00:00Z', End: true } } }, true],
  ['no path', { States: { End: { Type: 'Pass', InputPath: '$..[', End: true } } }, false],
  ['a path to many results', { States: { End: { Type: 'Pass', ResultPath: '$..x[*]', End: true } } }, false],
  ['a template with no path', { States: { End: { Type: 'Pass', Parameters: { 'a.$': 'b' }, End: true } } }, false],
  ['a resource that is no ARN', { States: { End: { ...task, Resource: 'a', Next: undefined, End: true } } }, false],
  ['an unknown type', { States: { End: { Type: 'Sleep' } } }, false],
  ['a target that is missing', { States: { End: { Type: 'Pass', Next: 'Gone' } } }, false],
  ['a rule without errors', { States: { Task: { ...task, Retry: [{}] }, End: { Type: 'Succeed' } } }, false],
])('compiled and not, asl-validator finds the same in %s', (_, change, valid) => {
  const definition = () =>
    JSON.parse(JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } }, ...change })) as object
  const { errors } = validate(definition())
  expect(errors.length === 0).toBe(valid)
  expect(compiled(definition()).errors).toEqual(errors)
})
