// @ts-check
// Runs a program of this repository: node packages/programs/src/run.mjs <its main file> [its arguments].
// Plain JavaScript, because nothing has been made yet that could run TypeScript.
import { createRequire } from 'node:module'
import { programOf } from './program.mjs'

const [node = '', , main = '', ...args] = process.argv
try {
  const program = await programOf(main)
  process.argv = [node, program, ...args]
  createRequire(program)(program)
} catch (error) {
  console.error(error instanceof Error && error.constructor === Error ? error.message : error)
  process.exitCode = 1
}
