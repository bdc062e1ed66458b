import type { StoredLine } from './log-reader.ts'
import { OverviewReader } from './overview-reader.ts'

const line = (n: number): StoredLine => ({
  key: String(n).padStart(6, '0'),
  atMs: n,
  line: JSON.stringify({ level: 'error', message: 'fails', function: 'register', error: 'MailThrottled' }),
})

test('each line is counted once: those that are stored, those that come while they are read, and later ones', async () => {
  const stored = Array.from({ length: 2500 }, (_, n) => line(n))
  let listen = (_name: string, _line: StoredLine) => {}
  const write = (name: string) => {
    const one = line(stored.length)
    stored.push(one)
    listen(name, one)
  }
  const reader = new OverviewReader(
    {
      onLine: (listener) => {
        listen = listener
      },
      after: async (name, { key, limit }) => {
        const lines = stored.filter((one) => one.key > key).slice(0, limit)
        write(name)
        return name === 'register' ? lines : []
      },
    },
    { functionNames: () => ['register', 'confirm'], now: () => 0, lifetimeMs: 1000 },
  )
  await reader.read()
  write('register')
  // Those that `confirm` seems to write are counted when they come; a stored line is none of its own.
  const { errors } = await reader.read()
  expect(errors[0]?.count).toBe(stored.length)
})
