import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalCloud } from '../local-cloud.ts'
import { registerAll } from '../register-all.ts'

const crowd = 10
const mebibyte = 2 ** 20
// More than the functions' code takes, and quickly full.
const diskBytes = 16 * mebibyte
// For some dozens of registrations.
const leftBytes = mebibyte / 2

const run = (command: string, ...args: string[]) => spawnSync(command, args).status === 0

let disk: string
let cloud: LocalCloud | undefined
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'disk-'))
})
afterEach(async () => {
  await cloud?.kill()
  run('umount', disk)
  rmSync(disk, { recursive: true, force: true })
})

// On Linux root can mount a small disk. Without it, a limit on the size of files makes writes fail as well.
const mountable = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'))
  const mounted = run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder) && run('umount', folder)
  rmSync(folder, { recursive: true })
  return mounted
})()

/** Registers until the cloud ends, and returns the addresses that were answered with 202. */
async function registerToTheEnd(cloud: LocalCloud, named: string): Promise<string[]> {
  const acknowledged: string[] = []
  for (let n = 0; cloud.alive; n += crowd) {
    const emails = Array.from({ length: crowd }, (_, index) => `${named}-${n + index}@example.com`)
    await Promise.all(
      emails.map(async (email) => {
        const answer = await cloud.register(email).catch(() => undefined)
        if (answer?.status === 202) acknowledged.push(email)
      }),
    )
  }
  return acknowledged
}

async function expectEndAfterFailedWrite(cloud: LocalCloud): Promise<void> {
  expect(await cloud.ended()).toBe(1)
  const sentences = cloud.output.match(
    /The local cloud has stopped, because it could not write to .* \(.*\): free some space/g,
  )
  expect(sentences).toHaveLength(1)
}

/** Each has its row, its mail and its run: the run reads the row and sends the second mail. */
async function expectAllThere(cloud: LocalCloud, acknowledged: string[]): Promise<void> {
  const inTime = new Set((await cloud.mails()).flatMap(({ to }) => to))
  expect(acknowledged.filter((email) => !inTime.has(email))).toEqual([])
  await cloud.skipDays(1)
  const counts = new Map<string, number>()
  for (const email of (await cloud.mails()).flatMap(({ to }) => to)) counts.set(email, (counts.get(email) ?? 0) + 1)
  expect(acknowledged.filter((email) => counts.get(email) !== 2)).toEqual([])
}

test('at the limit of file sizes the cloud stops at once, and has kept every acknowledged registration', async () => {
  cloud = await LocalCloud.start(undefined, { data: join(disk, 'data') })
  await cloud.terminate()
  // In blocks of 512 bytes, or of 1,024 where sh is bash.
  await cloud.start('ulimit -f 900')
  const acknowledged = await registerToTheEnd(cloud, 'limited')
  await expectEndAfterFailedWrite(cloud)
  expect(acknowledged.length).toBeGreaterThan(0)
  await cloud.start()
  await expectAllThere(cloud, acknowledged)
})

if (mountable) {
  // From a disk on which not even the store fits, to one on which the code does not.
  test.each(['4k', '24k', '32k', '40k', '100k', '512k', '1m', '2m'])(
    'a first start on a disk of %s ends in one sentence, and starts when the disk is larger',
    async (size) => {
      expect(run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk)).toBe(true)
      cloud = LocalCloud.at(join(disk, 'data'))
      await expect(cloud.start()).rejects.toThrow('did not get ready')
      expect(await cloud.ended()).toBe(1)
      expect(cloud.output).toMatch(/^The .* \(.*No space left.*\): .*free some space.*\.\n$/i)
      expect(run('mount', '-o', `remount,size=${diskBytes}`, disk)).toBe(true)
      await cloud.start()
      expect((await cloud.register('ada@example.com')).status).toBe(202)
    },
  )

  test('a new folder on a read-only disk is refused with the reason', async () => {
    expect(run('mount', '-t', 'tmpfs', '-o', 'ro', 'tmpfs', disk)).toBe(true)
    cloud = LocalCloud.at(join(disk, 'new', 'data'))
    await expect(cloud.start()).rejects.toThrow('did not get ready')
    expect(await cloud.ended()).toBe(1)
    expect(cloud.output).toContain(`${cloud.data} cannot be the data folder (EROFS: read-only file system`)
  })

  test('on a full disk, twice and once killed, the cloud stops at once, and has kept every acknowledged registration', async () => {
    expect(run('mount', '-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', disk)).toBe(true)
    const filler = join(disk, 'filler')
    const fill = () => {
      expect(() => writeFileSync(filler, Buffer.alloc(diskBytes))).toThrow('ENOSPC')
    }
    const fillAlmost = () => {
      fill()
      truncateSync(filler, Number(spawnSync('stat', ['-c', '%s', filler]).stdout) - leftBytes)
    }
    const acknowledged: string[] = []
    cloud = await LocalCloud.start(undefined, { data: join(disk, 'data') })
    for (const round of ['first', 'second']) {
      fillAlmost()
      acknowledged.push(...(await registerToTheEnd(cloud, round)))
      await expectEndAfterFailedWrite(cloud)
      rmSync(filler)
      cloud.output = ''
      await cloud.start()
    }
    expect(acknowledged.length).toBeGreaterThan(0)
    const emails = Array.from({ length: 60 }, (_, n) => `space-${n}@example.com`)
    await registerAll(cloud, emails)
    acknowledged.push(...emails)
    fill()
    const late = registerToTheEnd(cloud, 'late')
    await cloud.kill()
    acknowledged.push(...(await late))
    rmSync(filler)
    await cloud.start()
    expect(await cloud.terminate()).toBe(0)
    await cloud.start()
    await expectAllThere(cloud, acknowledged)
  })
}
