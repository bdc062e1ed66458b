import { createRequire } from 'node:module'
import type { Plugin } from 'esbuild'

const schema = 'http://asl-validator.cloud/state-machine.json#'

/**
 * asl-validator compiles its JSON schemas whenever it checks a definition, which is half of the CPU that a start of the
 * local cloud costs. In a bundle it finds, in place of ajv, the code that ajv has compiled from the same schemas.
 */
export const compiledSchemas: Plugin = {
  name: 'compiled-schemas',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^ajv$/ }, ({ importer, path }) =>
      importer.endsWith('/json-schema-errors.js') ? { path, namespace: 'compiled', pluginData: importer } : undefined,
    )
    onLoad({ filter: /^ajv$/, namespace: 'compiled' }, ({ pluginData }) => ({
      contents: `
        const compiled = (formats) => {
          const module = {}
          ${compile(pluginData)}
          return module.exports
        }
        module.exports = class {
          opts = { code: {} }
          formats = {}
          addFormat(name, format) {
            this.formats[name] = format
          }
          addKeyword() {}
          validate(schema, data) {
            if (schema !== '${schema}') throw new Error('This schema is not compiled: ' + schema)
            const validate = compiled(this.formats)
            const valid = validate(data)
            this.errors = validate.errors
            return valid
          }
        }`,
    }))
  },
}

interface Ajv {
  opts: { code?: object }
  getSchema(id: string): unknown
  validate(schema: unknown, data: unknown): unknown
}

/** Lets asl-validator set its ajv up, and takes the code where it would check a definition. */
function compile(validator: string): string {
  const load = createRequire(validator)
  const { Ajv, _ } = load('ajv') as { Ajv: { prototype: Ajv }; _: (text: TemplateStringsArray) => unknown }
  const { default: codeOf } = load('ajv/dist/standalone') as { default(ajv: Ajv, compiled: unknown): string }
  const { validate } = Ajv.prototype
  let code = ''
  Ajv.prototype.validate = function (asked, data) {
    if (asked !== schema) return validate.call(this, asked, data)
    this.opts.code = { ...this.opts.code, source: true, formats: _`formats` }
    code = codeOf(this, this.getSchema(asked))
    return true
  }
  try {
    const { jsonSchemaErrors } = load(validator) as { jsonSchemaErrors(definition: object, options: object): unknown }
    jsonSchemaErrors({}, { checkPaths: true, checkArn: true })
  } finally {
    Ajv.prototype.validate = validate
  }
  return code
}
