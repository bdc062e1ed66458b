import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createTransformer } from '@swc/jest'

/** Gives Jest the sources with their mutants in place of the files. `main.ts` names the file that has them. */
export default {
  createTransformer({ instrumented, swc }) {
    const { sources } = JSON.parse(readFileSync(instrumented, 'utf8'))
    const inner = createTransformer(swc)
    return {
      getCacheKey: (text, path, options) =>
        createHash('sha256')
          .update(JSON.stringify([sources[path] ?? text, path, swc, options.configString]))
          .digest('hex'),
      process: (text, path, options) => inner.process(sources[path] ?? text, path, options),
    }
  },
}
