// The effect of a byte on the checksum if 0 to 7 bytes follow: eight bytes at once are five times as fast as one.
const effects = new Int32Array(8 * 256)
const effect = (following: number, byte: number) => effects[(following << 8) | (byte & 255)] as number

for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  effects[byte] = crc
}
for (let following = 1; following < 8; following++) {
  for (let byte = 0; byte < 256; byte++) {
    const crc = effect(following - 1, byte)
    effects[(following << 8) | byte] = (crc >>> 8) ^ effect(0, crc)
  }
}

/** The CRC-32C (Castagnoli) of `bytes` from `start` up to `end`, as LevelDB calculates it. Node has only the CRC-32 of zip. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let crc = -1
  let at = start
  for (; at + 8 <= end; at += 8) {
    const low = crc ^ view.getInt32(at, true)
    const high = view.getInt32(at + 4, true)
    crc =
      effect(7, low) ^
      effect(6, low >>> 8) ^
      effect(5, low >>> 16) ^
      effect(4, low >>> 24) ^
      effect(3, high) ^
      effect(2, high >>> 8) ^
      effect(1, high >>> 16) ^
      effect(0, high >>> 24)
  }
  for (; at < end; at++) crc = effect(0, crc ^ view.getUint8(at)) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** As LevelDB stores it: masked, because a CRC over bytes that contain CRCs says little. */
export function maskedCrc32c(bytes: Uint8Array, start: number, end: number): number {
  const crc = crc32c(bytes, start, end)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
