import type { MailLine } from '../core/mail-line.ts'
import { MailBook, type MailSource } from './mail-book.ts'

const line = (number: number, more: Partial<MailLine> = {}): MailLine => ({
  ...{ id: `id${number}`, at: '2026-01-01T00:00:00Z', to: [`${number}@example.com`], subject: `Mail ${number}` },
  tags: { customer: `c${number}` },
  ...more,
})

function sourceOf(lines: MailLine[]): MailSource & { keep(line: MailLine): void } {
  const keyed = () => lines.map((one, at) => [String(at).padStart(12, '0'), one] as [string, MailLine])
  const keptListeners: MailSource['keptListeners'] = []
  return {
    keptListeners,
    newestLines: async function* (before) {
      for (const [key, one] of keyed().reverse()) if (before === undefined || key < before) yield [[key, one]]
    },
    linesTo: async (address) => keyed().filter(([, { to }]) => to.includes(address)),
    keep: (one) => {
      lines.push(one)
      for (const listener of keptListeners) listener(String(lines.length - 1).padStart(12, '0'), one)
    },
  }
}

const keysOf = ({ lines }: Awaited<ReturnType<MailBook['page']>>) => lines.map(([key]) => Number(key))

test('mails are listed newest first, a page at a time, and found by address and subject in any case', async () => {
  const book = new MailBook(sourceOf([0, 1, 2, 3].map((number) => line(number))), 'customer')
  const first = await book.page({ text: '', limit: 2 })
  expect(keysOf(first)).toEqual([3, 2])
  const second = await book.page({ text: '', limit: 2, after: first.next })
  expect(keysOf(second)).toEqual([1, 0])
  expect(second.next).toBeUndefined()
  expect(keysOf(await book.page({ text: ' MAIL 1', limit: 2 }))).toEqual([1])
  expect(keysOf(await book.page({ text: '0@EXAMPLE', limit: 2 }))).toEqual([0])
})

test('the address of a customer is the one of the latest mail, and mails without a customer have none', async () => {
  const source = sourceOf([
    line(1, { to: ['old@example.com'] }),
    line(1, { to: ['new@example.com'] }),
    line(2, { tags: {} }),
  ])
  const book = new MailBook(source, 'customer')
  await book.ready()
  expect(book.addressOf('c1')).toBe('new@example.com')
  expect(book.addressOf('c2')).toBeUndefined()
  source.keep(line(1, { to: ['newest@example.com'] }))
  expect(book.addressOf('c1')).toBe('newest@example.com')
  expect(book.customerOf(line(1, { tags: {} }))).toBeUndefined()
})

test('the mails of a customer do not include those of another with the same address', async () => {
  const book = new MailBook(sourceOf([line(1), line(2, { to: ['1@example.com'] }), line(1)]), 'customer')
  await book.ready()
  expect((await book.ofCustomer('c1')).map(([key]) => Number(key))).toEqual([0, 2])
  expect(await book.ofCustomer('c3')).toEqual([])
})
