import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepVersion, prepareDataFolder } from './data-folder.ts'
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

test('a missing folder is created; a file is refused', async () => {
  await prepareDataFolder(join(folder, 'a', 'b'), { reset: false })
  expect(await readdir(folder)).toEqual(['a'])
  await writeFile(join(folder, 'file'), '')
  await expect(prepareDataFolder(join(folder, 'file'), { reset: false })).rejects.toThrow('choose another with --data')
})

/** A data folder as a local cloud leaves it. */
async function used(): Promise<void> {
  for (const name of ['store', 'tables']) await (await openStore(join(folder, name))).close()
  await keepVersion(folder)
}

test('a damaged folder can be reset, but not while it is in use', async () => {
  const store = await openStore(join(folder, 'store'))
  await writeFile(join(folder, 'version'), '99\n')
  await rm(join(folder, 'store', 'CURRENT'))
  await expect(prepareDataFolder(folder, { reset: true })).rejects.toThrow('Another local cloud uses')
  await store.close()
  await prepareDataFolder(folder, { reset: true })
  expect(await readdir(folder)).toEqual([])
})

test('a folder of another version is refused', async () => {
  await used()
  await prepareDataFolder(folder, { reset: false })
  await writeFile(join(folder, 'version'), '1\n')
  await expect(prepareDataFolder(folder, { reset: false })).rejects.toThrow(
    `${join(folder, 'version')} says that the data is of version 1, and this local cloud reads version 2: `,
  )
})

test.each(['store', 'tables'])('a folder without its %s is refused', async (name) => {
  await used()
  await rm(join(folder, name), { recursive: true })
  await expect(prepareDataFolder(folder, { reset: false })).rejects.toThrow(
    `${join(folder, name, 'acknowledged')} is missing: `,
  )
})

test('a folder that has no version yet is refused', async () => {
  await used()
  const store = await openStore(join(folder, 'store'))
  await store.put('one', 1)
  await store.close()
  await rm(join(folder, 'version'))
  await rm(join(folder, 'store', 'acknowledged'))
  await prepareDataFolder(folder, { reset: false })
  await expect(openStore(join(folder, 'store'))).rejects.toThrow('as in a folder that an earlier version has made')
})

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test('files that others could read become private, and files that the owner cannot write stay so', async () => {
  await used()
  await chmod(folder, 0o755)
  await chmod(join(folder, 'store'), 0o777)
  await chmod(join(folder, 'store', 'CURRENT'), 0o444)
  await prepareDataFolder(folder, { reset: false })
  expect(await modeOf(folder)).toBe('700')
  expect(await modeOf(join(folder, 'store'))).toBe('700')
  expect(await modeOf(join(folder, 'store', 'CURRENT'))).toBe('400')
})

test('a folder with other files in it keeps its mode', async () => {
  await chmod(folder, 0o755)
  await writeFile(join(folder, 'thesis.txt'), '')
  await prepareDataFolder(folder, { reset: false })
  expect(await modeOf(folder)).toBe('755')
})
