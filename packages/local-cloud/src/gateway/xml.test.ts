import { xml } from './xml.ts'

test('lists, maps, times and structures are written as the query protocol wants them', () => {
  const value = {
    Items: ['a', { Name: 'b' }],
    Attributes: new Map([['k', 'v']]),
    At: new Date(0),
    Count: 2,
    Missing: undefined,
  }
  expect(xml('Root', value, 'urn:x')).toBe(
    '<Root xmlns="urn:x"><Items><member>a</member><member><Name>b</Name></member></Items>' +
      '<Attributes><entry><key>k</key><value>v</value></entry></Attributes>' +
      '<At>1970-01-01T00:00:00.000Z</At><Count>2</Count></Root>',
  )
})

test('text cannot break out of its element', () => {
  expect(xml('T', '<&">\r\u0000')).toBe('<T>&lt;&amp;&quot;&gt;&#xD;\ufffd</T>')
})
