import fc from 'fast-check'
import { sourceOf } from './source.ts'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:0201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['2001:db8::1:0:0:1', '2001:db8:0:0::/64'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['1::4:5:6:7:8', '1:0:0:4::/64'],
  ['::', '0:0:0:0::/64'],
])('%s comes from %s', (ip, source) => {
  expect(sourceOf(ip)).toBe(source)
})

const group = fc.integer({ min: 0, max: 0xffff })
const written = (number: number) => {
  const hex = number.toString(16)
  return fc.mixedCase(fc.constantFrom(hex, hex.padStart(4, '0')))
}
/** An IPv6 address written out, with or without leading zeros, in any case. */
const spelt = (groups: number[]) => fc.tuple(...groups.map(written)).map((parts) => parts.join(':'))

test('all spellings of all addresses of one /64 are one source, and no other /64 is', () => {
  const prefix = fc.tuple(fc.integer({ min: 1, max: 0xffff }), group, group, group)
  const rest = fc.tuple(group, group, group, group)
  const two = fc.tuple(prefix, rest, rest).chain(([start, one, other]) => {
    return fc.tuple(spelt([...start, ...one]), spelt([...start, ...other]), fc.constant(start))
  })
  fc.assert(
    fc.property(two, ([one, other, start]) => {
      expect(sourceOf(one)).toBe(sourceOf(other))
      expect(sourceOf(one)).toBe(`${start.map((number) => number.toString(16)).join(':')}::/64`)
    }),
  )
})

test('an IPv4 address is its own source, also inside an IPv6 address', () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      expect(sourceOf(ip)).toBe(ip)
      expect(sourceOf(`::ffff:${ip}`)).toBe(ip)
    }),
  )
})

test('every address that Node accepts has a source', () => {
  fc.assert(
    fc.property(fc.ipV6(), (ip) => {
      expect(sourceOf(ip)).toMatch(/^[0-9a-f:]+::\/64$|^[\d.]+$/)
    }),
  )
})
