import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readExplanations } from './explained.ts'
import { folders } from './options.ts'

const root = join(__dirname, '../..')
const explanations = readExplanations(root)

test('each explained mutant changes text that its source still contains', () => {
  const outdated = explanations.filter(({ file, code }) => !readFileSync(join(root, file), 'utf8').includes(code))
  expect(outdated).toEqual([])
})

test('each explained mutant is explained once, and belongs to a folder that has mutants', () => {
  const keys = explanations.map(({ file, code, mutated }) => JSON.stringify([file, code, mutated]))
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  const owned = (file: string) => folders.some((folder) => file.startsWith(`${folder}/src/`))
  expect(explanations.filter(({ file, why }) => !owned(file) || why.length < 20)).toEqual([])
})
