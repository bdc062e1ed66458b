import { execFileSync } from 'node:child_process'
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

/** Makes a folder one that may not be changed. Root may change everything: the check of that finds it refused. */
async function forbid(path: string): Promise<() => Promise<void>> {
  await chmod(path, 0o555)
  const allow = () => chmod(path, 0o755)
  if (process.getuid?.() !== 0) return allow
  const access = jest.spyOn(require('node:fs/promises') as typeof import('node:fs/promises'), 'access')
  access.mockImplementation(async (asked) => {
    if (asked === path)
      throw Object.assign(new Error(`EACCES: permission denied, access '${path}'`), { code: 'EACCES' })
  })
  return async () => {
    access.mockRestore()
    await allow()
  }
}

test('a reset that may not delete everything deletes nothing', async () => {
  await used()
  const code = join(folder, 'code', 'one')
  await mkdir(code, { recursive: true })
  await writeFile(join(code, 'handler.js'), '')
  const allow = await forbid(code)
  await expect(prepareDataFolder(folder, { reset: true })).rejects.toThrow(
    `${folder} cannot be the data folder (EACCES: permission denied, access '${code}'): make it readable and writable for you`,
  )
  expect(await readdir(folder)).toEqual(['code', 'store', 'tables', 'version'])
  expect(await readdir(join(folder, 'store'))).toContain('CURRENT')
  expect(await readdir(join(folder, 'tables'))).toContain('CURRENT')
  await allow()
  await prepareDataFolder(folder, { reset: true })
  expect(await readdir(folder)).toEqual([])
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

test('a folder that the system does not create is refused', async () => {
  await expect(prepareDataFolder('/proc/data', { reset: false })).rejects.toThrow(
    /^\/proc\/data cannot be the data folder \(E.*\): make it readable and writable for you/,
  )
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

test.each([
  ['1', 'the earlier'],
  ['99', 'the newer'],
])('a folder of version %s is refused with %s local cloud', async (version, writer) => {
  await used()
  await writeFile(join(folder, 'version'), `${version}\n`)
  await expect(prepareDataFolder(folder, { reset: false })).rejects.toThrow(
    `reads version 2: use ${writer} local cloud that wrote it, put back`,
  )
})

test.each(['', '2', '2\n2\n', 'two\n', '\0\n', '-1\n'])('a version %j is damage, and is not repeated', async (text) => {
  await used()
  await writeFile(join(folder, 'version'), text)
  await expect(prepareDataFolder(folder, { reset: false })).rejects.toThrow(
    `${join(folder, 'version')} is damaged (it does not contain a version): put back`,
  )
})

// Reading a pipe would wait forever.
test.each(['version', 'store/CURRENT', 'tables/acknowledged', 'code/x.zip'])(
  'a pipe as %s is refused',
  async (name) => {
    await used()
    await mkdir(join(folder, 'code'))
    await rm(join(folder, name), { force: true })
    execFileSync('mkfifo', [join(folder, name)])
    await expect(prepareDataFolder(folder, { reset: false })).rejects.toThrow(
      `${join(folder, name)} is damaged (it is neither a file nor a folder): put back`,
    )
  },
)

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
