import { Html, html } from './html.ts'

test('a value is escaped, in text and in an attribute', () => {
  const hostile = `"><script>alert('&')</script>`
  expect(html`<a title="${hostile}">${hostile}</a>`.text).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</a>',
  )
})

test('HTML inside HTML stays as it is, alone or in a list', () => {
  const item = html`<li>${'<1>'}</li>`
  expect(item).toBeInstanceOf(Html)
  expect(html`<ul>${[item, item]}</ul>${item}`.text).toBe(
    '<ul><li>&lt;1&gt;</li><li>&lt;1&gt;</li></ul><li>&lt;1&gt;</li>',
  )
})
