import { framedMail } from './mail-frame.ts'

test('the rules of the chosen theme hold, and those of the other one do not', () => {
  const html =
    '<style>@media (prefers-color-scheme: dark) { p { color: #fff } } @media (Prefers-Color-Scheme:light) {}</style>'
  expect(framedMail({ html, text: '' }, 'dark')).toContain(
    '@media (min-width: 0) { p { color: #fff } } @media (max-width: 0) {}',
  )
  expect(framedMail({ html, text: '' }, 'light')).toContain(
    '@media (max-width: 0) { p { color: #fff } } @media (min-width: 0) {}',
  )
})

test('a mail without HTML is shown as its text', () => {
  expect(framedMail({ html: '', text: '<b>&</b>' }, 'light')).toContain('>&lt;b&gt;&amp;&lt;/b&gt;</pre>')
})
