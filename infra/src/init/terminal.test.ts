import { PassThrough } from 'node:stream'
import { Refusal } from '@confirmation-reminder/cli/terminal/refusal'
import { printTo, terminalOn } from './terminal.ts'

function opened() {
  const [input, output, controller] = [new PassThrough(), new PassThrough(), new AbortController()]
  output.resume()
  const terminal = terminalOn(input, output, controller.signal)
  return { input, output, controller, terminal }
}

test('lines that come before their question are kept for it, and blanks around them are not', async () => {
  const { input, terminal } = opened()
  input.write('  one \n\ntwo\n')
  expect(await terminal.ask('? ')).toBe('one')
  expect(await terminal.ask('? ')).toBe('')
  const third = terminal.ask('? ')
  expect(await third).toBe('two')
  const fourth = terminal.ask('? ')
  input.write('four\n')
  expect(await fourth).toBe('four')
  terminal.close()
})

test('what was typed before the end of the input counts; then it has ended', async () => {
  const { input, terminal } = opened()
  input.end('one\n')
  expect(await terminal.ask('? ')).toBe('one')
  await expect(terminal.ask('? ')).rejects.toThrow('The input has ended. Nothing was changed.')
})

test('an interruption ends a question, and each one after it', async () => {
  const { controller, terminal } = opened()
  const asked = terminal.ask('? ')
  controller.abort()
  await expect(asked).rejects.toEqual(new Refusal('Interrupted. Nothing was changed.'))
  await expect(terminal.ask('? ')).rejects.toHaveProperty('exitCode', 130)
  terminal.close()
})

test('output without a reader ends a question, and a print', async () => {
  const { output, terminal } = opened()
  const asked = terminal.ask('? ')
  output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  await expect(asked).rejects.toThrow('The output is closed. Nothing was changed.')
  output.on('error', () => {})
  await expect(printTo(output)('text')).rejects.toThrow('The output is closed. Nothing was changed.')
  terminal.close()
})

test('a print is there when it returns', async () => {
  const output = new PassThrough()
  await printTo(output)('text')
  expect(String(output.read())).toBe('text\n')
})
