import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { load } from './code.ts'
import { type Before, ours, type Row, registration, rows } from './rows.ts'
import { registered, start } from './start.ts'

const folder = mkdtempSync(join(tmpdir(), 'cold-start-'))
const node = process.execPath
let before: Before

const codeOf = ({ name, code }: Row) => load(code, join(folder, name), undefined)

beforeAll(async () => {
  before = await registered({ code: await codeOf(registration), node })
})
afterAll(() => rmSync(folder, { recursive: true }))

test('every function is measured', () => {
  const measured = ours.map(({ code }) => ('function' in code ? code.function : ''))
  expect([...new Set(measured)].sort()).toEqual([...functionNames].sort())
})

/** The call without which a row would have done nothing. */
const decisive = new Map([
  ['confirm-page', 'GetItem'],
  ['confirm', 'PutItem'],
  ['withdraw', 'PutItem'],
  ['feedback', 'PutItem'],
  ['announce', 'PutEvents'],
  ['failures', 'Publish'],
])

// The peers need packages that are not part of the workspace.
const inWorkspace = rows.filter(({ code }) => !('peer' in code))

test.each(inWorkspace)('$name does its work against the stub of AWS', async (row) => {
  const { calls } = await start({ row, code: await codeOf(row), node }, before)
  const actions = calls.map(({ action }) => action)
  if (row.name === 'empty' || row.name === 'register-refused') expect(actions).toEqual([])
  else expect(actions).toContain(decisive.get(row.name) ?? 'SendRawEmail')
})

test('a row whose answer is not the right one is not measured, and the error shows the answer', async () => {
  const row: Row = { ...registration, isRight: () => false }
  await expect(start({ row, code: await codeOf(row), node }, before)).rejects.toThrow(
    /^The cold start "register" failed, so it is not measured:[\s\S]*"statusCode":202/,
  )
})
