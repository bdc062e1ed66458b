import { overwrite } from './progress.ts'

/** Where the command prints. */
export interface Terminal {
  say(line: string): void
  /** Progress: a terminal shows it in one line that is overwritten; elsewhere each change is a line. */
  progress(text: string): void
}

/** The terminal of this process. Results go to standard output; `progress` overwrites itself where it can. */
export function terminalOn(stream: NodeJS.WriteStream): Terminal {
  let open = false
  let last = ''
  return {
    say(line) {
      stream.write(`${open ? '\n' : ''}${line}\n`)
      open = false
    },
    progress(text) {
      if (text === last) return
      last = text
      if (!stream.isTTY) return void stream.write(`${text}\n`)
      overwrite(stream, text)
      open = true
    },
  }
}
