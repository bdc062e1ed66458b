import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Random } from '../kill-test/random.ts'
import { LocalCloud } from '../local-cloud.ts'
import { everythingIn } from './everything.ts'

const isSentence = /^[ -~]+: [ -~]+\.$/
const isStack = /\bat \S+:\d+|Error:/

// Only ends what hangs.
const patienceMs = 120_000

/** What is done to one file or folder of a data folder. */
export interface Damage {
  /** Its path in the data folder. */
  file: string
  /** In words, with the file. */
  name: string
  apply(data: string): void
}

type Change = (bytes: Buffer, random: Random) => Buffer

const flip: Change = (bytes, random) => {
  const at = random.whole(0, bytes.length - 1)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.whole(0, 7)), at)
  return bytes
}
const zeros: Change = (bytes, random) => bytes.fill(0, random.whole(0, bytes.length - 1))

/** What can happen to the bytes of a file that has some. */
const changes: Record<string, Change> = {
  emptied: () => Buffer.alloc(0),
  'cut in half': (bytes) => bytes.subarray(0, bytes.length / 2),
  'cut by one byte': (bytes) => bytes.subarray(0, -1),
  'cut anywhere': (bytes, random) => bytes.subarray(0, random.whole(0, bytes.length - 1)),
  'one bit flipped': flip,
  'another bit flipped': flip,
  'one more bit flipped': flip,
  'zeros to its end': zeros,
  'zeros after its end': (bytes) => Buffer.concat([bytes, Buffer.alloc(4096)]),
  'twice in a row': (bytes) => Buffer.concat([bytes, bytes]),
  'noise after its end': (bytes, random) =>
    Buffer.concat([bytes, Buffer.from(Array.from({ length: 100 }, () => random.whole(0, 255)))]),
  'only noise': (bytes, random) => Buffer.from(Array.from(bytes, () => random.whole(0, 255))),
}

/** What can stand in the place of a file or folder. */
const replacements: Record<string, (path: string) => void> = {
  missing: () => undefined,
  'a folder instead': (path) => mkdirSync(path),
  'a file instead': (path) => writeFileSync(path, 'not ours'),
  'a link to nothing instead': (path) => symlinkSync(join(dirname(path), 'nothing'), path),
  'a link to itself instead': (path) => symlinkSync(path, path),
  'a pipe instead': (path) => void execFileSync('mkfifo', [path]),
}

/** Files of others. */
const others = ['thesis.txt', 'package.zip']

/** Files of others, also with names that look like LevelDB's, which it may delete. */
const foreign = [...others, '000999.log', '000001.log', '000999.ldb', '000001.ldb', '000999.dbtmp', 'CURRENT.old']

/** Every damage to every file and folder of a data folder, in its order. The random numbers decide which bytes. */
export function damagesTo(data: string, random: Random): Damage[] {
  const all = readdirSync(data, { recursive: true, encoding: 'utf8' }).sort()
  return all.flatMap((file) => {
    const isFolder = lstatSync(join(data, file)).isDirectory()
    const bytes = isFolder ? Buffer.alloc(0) : readFileSync(join(data, file))
    const changed = Object.entries(bytes.length === 0 ? {} : changes).map(([name, change]) => {
      const content = change(Buffer.from(bytes), random)
      return { file, name: `${file}: ${name}`, apply: (copy: string) => writeFileSync(join(copy, file), content) }
    })
    const replaced = Object.entries(replacements).map(([name, replace]) => ({
      file,
      name: `${file}: ${name}`,
      apply: (copy: string) => {
        rmSync(join(copy, file), { recursive: true })
        replace(join(copy, file))
      },
    }))
    const linked = {
      file,
      name: `${file}: moved, and a link in its place`,
      apply: (copy: string) => {
        const moved = join(copy, '..', 'moved')
        renameSync(join(copy, file), moved)
        symlinkSync(moved, join(copy, file))
      },
    }
    // What is unzipped of a zip is replaced as a whole.
    const joined = (isFolder && dirname(file) !== 'code' ? foreign : []).map((name) => ({
      file,
      name: `${file}: with ${name}`,
      apply: (copy: string) => writeFileSync(join(copy, file, name), 'not ours'),
    }))
    return [...changed, ...replaced, linked, ...joined]
  })
}

/** Some of these, chosen at random. */
export function some<T>(all: readonly T[], count: number, random: Random): T[] {
  const left = [...all]
  return Array.from({ length: Math.min(count, all.length) }, () =>
    left.splice(random.whole(0, left.length - 1), 1),
  ).flat()
}

/** A data folder with waiting runs, mails and customers, and what it holds. Its damages are done to copies. */
export class Victim {
  private constructor(
    readonly data: string,
    private readonly held: object,
    private readonly copies: string,
  ) {}

  /** Two lives of a local cloud, so that there are tables as well as logs. A kill ends the second one. */
  static async make(): Promise<Victim> {
    const copies = mkdtempSync(join(tmpdir(), 'attack-'))
    const cloud = LocalCloud.at(join(copies, 'whole'))
    try {
      for (const name of ['ada', 'bea', 'cleo']) {
        await cloud.start()
        for (const n of [1, 2]) {
          const { status } = await cloud.register(`${name}-${n}@example.com`)
          if (status !== 202) throw new Error(`The API answers ${status}.`)
        }
        await cloud.skip(600)
        await (name === 'cleo' ? cloud.kill() : cloud.terminate())
      }
      // Read from a copy: the files stay as the kill left them.
      const copy = join(copies, 'copy')
      cpSync(cloud.data, copy, { recursive: true })
      const second = LocalCloud.at(copy)
      await second.start()
      const held = await everythingIn(second)
      await second.dispose()
      return new Victim(cloud.data, held, copies)
    } finally {
      await cloud.kill()
    }
  }

  /**
   * Starts a local cloud on a copy with this damage.
   * @returns `kept` if everything is there, or the sentence with which it refused to start
   * @throws Error that says what went wrong: something is lost, it hung, a stack, another exit code, or a refusal that
   *   lost something
   */
  async suffer({ file, name, apply }: Damage): Promise<string> {
    const folder = mkdtempSync(join(this.copies, 'case-'))
    const data = join(folder, 'data')
    try {
      cpSync(this.data, data, { recursive: true })
      apply(data)
      const before = contentOf(folder)
      const said = await this.start(data, name)
      if (said === undefined) {
        const taken = others.find(
          (other) => before.has(join('data', file, other)) && !existsSync(join(data, file, other)),
        )
        if (taken) throw new Error(`${name}: it deleted ${taken}, which is not its own`)
        return 'kept'
      }
      const after = contentOf(folder)
      const [changed] = [...before].find(([path, bytes]) => !after.get(path)?.equals(bytes)) ?? []
      if (changed) {
        // Only LevelDB itself refuses a lock of the tables, after the store was opened and an intact log was moved into
        // a table: with the file put back, all must be there.
        if (basename(file) !== 'LOCK') throw new Error(`${name}: it was refused, and ${changed} is changed`)
        rmSync(join(data, file), { recursive: true, force: true })
        cpSync(join(this.data, file), join(data, file), { recursive: true })
        const again = await this.start(data, `${name}, and put back after the refusal`)
        if (again !== undefined) throw new Error(`${name}: after ${file} was put back, it said: ${again}`)
      }
      return said.replaceAll(folder, '')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** Resolves with the sentence of a refusal; undefined if everything is there. */
  private async start(data: string, name: string): Promise<string | undefined> {
    const cloud = LocalCloud.at(data)
    let hung = false
    const limit = setTimeout(() => {
      hung = true
      void cloud.kill()
    }, patienceMs)
    const wrong = (what: string) => new Error(`${name}: ${what}. It printed:\n${cloud.output}`)
    try {
      const started = await cloud.start().then(
        () => true,
        () => false,
      )
      if (hung) throw wrong('it hung')
      if (started) {
        const changed = differences(this.held, await everythingIn(cloud))
        if (changed.length > 0) throw wrong(`something is lost: ${changed.join('; ')}`)
        const code = await cloud.terminate()
        if (code !== 0) throw wrong(`it stopped with ${code}`)
        return undefined
      }
      const code = await cloud.ended()
      if (code !== 1) throw wrong(`it ended with ${code}`)
      const said = cloud.output.trim()
      if (!isSentence.test(said) || isStack.test(said)) throw wrong('that is not one sentence')
      if (!said.includes(data)) throw wrong('it names no file')
      if (!/--data|--reset/.test(said)) throw wrong('it does not say what to do')
      return said
    } finally {
      clearTimeout(limit)
      await cloud.kill()
    }
  }

  dispose(): void {
    rmSync(this.copies, { recursive: true, force: true })
  }
}

/** Which members differ between two objects, each with both values. */
function differences(one: object, other: object): string[] {
  const others = new Map(Object.entries(other))
  return Object.entries(one)
    .filter(([name, value]) => !isDeepStrictEqual(value, others.get(name)))
    .map(([name, value]) => `${name} was ${JSON.stringify(value)}, is ${JSON.stringify(others.get(name))}`)
}

/** The bytes of every file, without those that LevelDB begins again whenever it looks at a folder. */
function contentOf(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => !['LOG', 'LOG.old', 'LOCK'].includes(basename(file)) && lstatSync(join(folder, file)).isFile(),
  )
  return new Map(files.map((file) => [file, readFileSync(join(folder, file))]))
}
