import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { temporaryFolder } from '../gateway/gateway-fixture.ts'
import { unpack } from './code.ts'

let folder: string
let remove: () => Promise<void>
beforeEach(async () => {
  const temporary = await temporaryFolder()
  folder = temporary.folder
  remove = temporary.remove
})
afterEach(() => remove())

async function zip(files: Record<string, string>): Promise<string> {
  const bytes = Object.entries(files).map(([name, text]) => [name, strToU8(text)])
  const file = join(folder, 'code.zip')
  await writeFile(file, zipSync(Object.fromEntries(bytes)))
  return file
}

test('the same zip is unzipped once, another beside it', async () => {
  const to = join(folder, 'code')
  await mkdir(to)
  const first = await unpack(await zip({ 'a/b.js': '1' }), to)
  expect(await readFile(join(first.folder, 'a/b.js'), 'utf8')).toBe('1')
  expect((await unpack(await zip({ 'a/b.js': '1' }), to)).folder).toBe(first.folder)
  expect((await unpack(await zip({ 'a/b.js': '2' }), to)).folder).not.toBe(first.folder)
  expect((await readdir(to)).filter((name) => name !== 'package.json')).toHaveLength(2)
})

test('a file that leaves the folder is refused', async () => {
  await expect(unpack(await zip({ '../evil.js': '' }), folder)).rejects.toThrow('outside its folder')
})

test('what is no zip is said to be none', async () => {
  const file = join(folder, 'code.zip')
  await writeFile(file, 'no zip')
  await expect(unpack(file, folder)).rejects.toThrow(`${file} is not a zip: synthesise the stage again.`)
})
