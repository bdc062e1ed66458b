import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { functionNames } from '@confirmation-reminder/contracts/functions'

const folderOf = (name: string) => join(__dirname, '../../../../functions', name)

test.each(functionNames)('%s has a changelog of its own, which begins with its version', (name) => {
  const { version } = JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8'))
  const changelog = readFileSync(join(folderOf(name), 'CHANGELOG.md'), 'utf8')
  expect(/^## (.*)$/m.exec(changelog)?.[1]).toBe(version)
})
