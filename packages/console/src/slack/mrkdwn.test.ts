import fc from 'fast-check'
import { type Piece, readMrkdwn } from './mrkdwn.ts'

const text = (text: string) => ({ kind: 'text', text })

test('bold, italic, struck and code are pieces of their own', () => {
  expect(readMrkdwn('*For customers*: _no_ ~mail~ `a*b`')).toEqual([
    { kind: 'bold', pieces: [text('For customers')] },
    text(': '),
    { kind: 'italic', pieces: [text('no')] },
    text(' '),
    { kind: 'strike', pieces: [text('mail')] },
    text(' '),
    { kind: 'code', text: 'a*b' },
  ])
})

test('links and mentions have the text that Slack shows', () => {
  expect(
    readMrkdwn(
      '<https://example.com/a?b=1&amp;c|Runbook> <https://example.com> <!subteam^S0EXAMPLE> <@U1|ada> <#C1|on-call>',
    ),
  ).toEqual([
    { kind: 'link', url: 'https://example.com/a?b=1&c', text: 'Runbook' },
    text(' '),
    { kind: 'link', url: 'https://example.com', text: 'https://example.com' },
    text(' '),
    { kind: 'mention', text: '@S0EXAMPLE' },
    text(' '),
    { kind: 'mention', text: '@ada' },
    text(' '),
    { kind: 'mention', text: '#on-call' },
  ])
})

test.each([
  'confirmation_reminder_dev and a*b*c',
  '*not closed',
  '* a list *',
  '*over\nlines*',
  '``',
  ':unknown_emoji: at 10:15:30',
])('%j stays as it is', (plain) => {
  expect(readMrkdwn(plain)).toEqual([text(plain)])
})

test('markup of HTML and addresses of scripts stay text', () => {
  const hostile = '<img src=x onerror=alert(1)> <javascript:alert(1)|click> <script>alert(1)</script>'
  expect(readMrkdwn(hostile)).toEqual([text(hostile)])
  expect(readMrkdwn('`&lt;b&gt;` &amp;lt;')).toEqual([{ kind: 'code', text: '<b>' }, text(' &lt;')])
})

test('known emojis are drawn', () => {
  expect(readMrkdwn(':x: 1 run failed :rotating_light:')).toEqual([text('❌ 1 run failed 🚨')])
})

test('a block of code keeps its lines', () => {
  expect(readMrkdwn('```\naws ses\naws sns\n```')).toEqual([{ kind: 'block', text: 'aws ses\naws sns\n' }])
})

/** All that a reader sees. */
const seen = (pieces: Piece[]): string =>
  pieces.map((piece) => ('pieces' in piece ? seen(piece.pieces) : piece.text)).join('')

test('no text makes it fail, and text without markup is shown unchanged', () => {
  const unit = fc.constantFrom('*', '_', '~', '`', '<', '>', '|', ':', '&', '\n', ' ', 'a', 'https://x', '😀')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (any) => {
      expect(typeof seen(readMrkdwn(any))).toBe('string')
    }),
  )
  fc.assert(
    fc.property(
      fc.string().filter((any) => !/[*_~`<:&]/.test(any)),
      (any) => {
        expect(seen(readMrkdwn(any))).toBe(any)
      },
    ),
  )
})

test('a long text of openings is read quickly enough to end', () => {
  for (const opening of ['*a', '<a', '`', '_a', ':a']) {
    expect(seen(readMrkdwn(opening.repeat(20_000))).length).toBeGreaterThan(0)
  }
})
