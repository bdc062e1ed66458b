import { crc32c } from './crc32c.ts'

test('it is the CRC of iSCSI, as RFC 3720 gives it', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  expect(crc32c(Buffer.from('-123456789-'), 1, 10)).toBe(0xe3069283)
})
