import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder for scripts and the fakes of the commands that they run. */
class ScratchFolder {
  path = ''

  /** Writes a file, and the folders that it is in. Returns its path. */
  write(file: string, content: string): string {
    const path = join(this.path, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }

  /** The content of a file; empty if there is none. */
  read(file: string): string {
    const path = join(this.path, file)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }

  /** Puts a fake of a command into the folder `bin`. The file `calls` gets a line for each call: the name and the arguments. */
  fake(command: string, body: string): void {
    const file = this.write(`bin/${command}`, `#!/bin/bash\necho "${command} $*" >> "${this.path}/calls"\n${body}\n`)
    chmodSync(file, 0o755)
  }
}

/** A new folder for each test of the file that calls this; each is removed after its test. */
export function scratchFolder(): ScratchFolder {
  const folder = new ScratchFolder()
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'scratch-'))
  })
  afterEach(() => rmSync(folder.path, { recursive: true }))
  return folder
}
