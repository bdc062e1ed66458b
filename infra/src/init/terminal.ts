import { createInterface } from 'node:readline'
import { Refusal } from '@confirmation-reminder/cli/terminal/refusal'

const interrupted = 130

/** A person at a terminal. If the conversation ends early, a Refusal is thrown: nothing was changed yet. */
export interface Terminal {
  /** @returns what was typed in one line, without blanks around it */
  ask(prompt: string): Promise<string>
  close(): void
}

/**
 * Prints and waits until it is written.
 * @throws Refusal, if the reader of the output has gone
 */
export const printTo =
  (output: NodeJS.WritableStream) =>
  (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      output.write(`${text}\n`, (error) => (error ? reject(outputLost()) : resolve()))
    })

const outputLost = () => new Refusal('The output is closed. Nothing was changed.')
/** What ends the command at Ctrl-C. */
export const interruption = () => new Refusal('Interrupted. Nothing was changed.', interrupted)

/**
 * Opens a conversation. Lines that are typed or pasted before their question are kept for it.
 * @param signal ends it, as Ctrl-C does
 */
export function terminalOn(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream & { isTTY?: boolean },
  signal: AbortSignal,
): Terminal {
  const lines: string[] = []
  let failure: Refusal | undefined
  let wake = () => {}
  const fail = (reason: Refusal) => {
    failure ??= reason
    wake()
  }
  const reader = createInterface({ input, output, terminal: output.isTTY === true })
  reader.on('line', (line) => {
    lines.push(line)
    wake()
  })
  reader.on('SIGINT', () => fail(interruption()))
  reader.on('close', () => fail(new Refusal('The input has ended. Nothing was changed.')))
  signal.addEventListener('abort', () => fail(interruption()))
  output.on('error', () => fail(outputLost()))
  return {
    async ask(prompt) {
      reader.setPrompt(prompt)
      reader.prompt()
      for (;;) {
        // What was typed before the end of the input counts.
        const line = lines.shift()
        if (line !== undefined) return line.trim()
        if (failure) {
          // The shell's own prompt begins a line.
          if (output.isTTY) output.write('\n')
          throw failure
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    close: () => reader.close(),
  }
}
