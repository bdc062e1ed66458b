import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareDataFolder } from './data-folder.ts'
import { openStore } from './store.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-'))
})

test('a reset empties a data folder', async () => {
  await mkdir(join(folder, 'tables'))
  await mkdir(join(folder, 'store'))
  await prepareDataFolder(folder, { reset: true })
  expect(await readdir(folder)).toEqual([])
})

test('a reset refuses a folder that holds anything else, and deletes nothing', async () => {
  await mkdir(join(folder, 'store'))
  await writeFile(join(folder, 'thesis.txt'), '')
  await expect(prepareDataFolder(folder, { reset: true })).rejects.toThrow('thesis.txt')
  expect(await readdir(folder)).toEqual(['store', 'thesis.txt'])
})

test('a reset refuses a folder that another local cloud uses', async () => {
  const store = await openStore(join(folder, 'store'))
  await expect(prepareDataFolder(folder, { reset: true })).rejects.toThrow('Another local cloud uses')
  await store.close()
})

test('a folder is made where there is none; a file is refused', async () => {
  await prepareDataFolder(join(folder, 'a', 'b'), { reset: false })
  expect(await readdir(folder)).toEqual(['a'])
  await writeFile(join(folder, 'file'), '')
  await expect(prepareDataFolder(join(folder, 'file'), { reset: false })).rejects.toThrow('choose another with --data')
})
