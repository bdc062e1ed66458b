import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { temporaryFolder } from '../gateway/gateway-fixture.ts'
import { checkCode, folderOf, unpack, unpackKept, zipFileOf } from './code.ts'

let folder: string
let remove: () => Promise<void>
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.folder
  remove = temporary.remove
})
afterEach(() => remove())

const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), {
    mtime: new Date(1980, 0, 1),
  })

test('the same zip is unzipped once, another beside it', async () => {
  const root = join(folder, 'code')
  await mkdir(root)
  const one = zip({ 'a/b.js': '1' })
  const first = await unpack(one, root, 'one')
  expect(first).toEqual({ sha256: createHash('sha256').update(one).digest('base64'), zipBytes: one.length })
  expect(await readFile(join(folderOf(root, first), 'a/b.js'), 'utf8')).toBe('1')
  expect(new Uint8Array(await readFile(zipFileOf(root, first)))).toEqual(one)
  await Promise.all([1, 2].map(() => unpack(zip({ 'a/b.js': '2' }), root, 'two')))
  expect(await unpack(zip({ 'a/b.js': '1' }), root, 'one again')).toEqual(first)
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  expect(folders).toHaveLength(2)
})

test('a file that leaves the folder is refused', async () => {
  await expect(unpack(zip({ '../evil.js': '' }), folder, 'evil')).rejects.toThrow(
    'evil holds ../evil.js, which is outside its folder.',
  )
})

test('what is no zip is said to be none', async () => {
  await expect(unpack(strToU8('no zip'), folder, 'This file')).rejects.toThrow('This file is not a zip.')
})

test('at a start, a damaged zip is said, and what was unzipped is not trusted', async () => {
  const root = join(folder, 'code')
  const code = await unpack(zip({ 'a.js': '1' }), root, 'one')
  const handler = join(folderOf(root, code), 'a.js')
  await writeFile(handler, 'something else')
  await mkdir(`${folderOf(root, code)}.partial-killed`)
  await checkCode(root)
  expect(await readdir(root)).toEqual([basename(zipFileOf(root, code))])
  await unpackKept(root, code)
  expect(await readFile(handler, 'utf8')).toBe('1')

  const bytes = await readFile(zipFileOf(root, code))
  await writeFile(zipFileOf(root, code), bytes.subarray(0, -1))
  await expect(checkCode(root)).rejects.toThrow(`${zipFileOf(root, code)} is damaged (`)
  await rm(zipFileOf(root, code))
  await checkCode(root)
  await expect(unpackKept(root, code)).rejects.toThrow(`${zipFileOf(root, code)} is missing: `)
})
