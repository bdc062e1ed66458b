import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { functionNames } from '@confirmation-reminder/contracts/functions'

const folderOf = (name: string) => join(__dirname, '../../../functions', name)
const withChangelog = functionNames.filter((name) => existsSync(join(folderOf(name), 'CHANGELOG.md')))

test.each(withChangelog)('the changelog of %s begins with its version', (name) => {
  const { version } = JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8'))
  const changelog = readFileSync(join(folderOf(name), 'CHANGELOG.md'), 'utf8')
  expect(/^## (.*)$/m.exec(changelog)?.[1]).toBe(version)
})
