import { ByteReader } from './byte-reader.ts'

/**
 * Decompresses a block (https://github.com/google/snappy/blob/main/format_description.txt).
 * @throws RangeError if it is not Snappy
 */
export function unsnappy(compressed: Buffer): Buffer {
  const from = new ByteReader(compressed)
  const whole = Buffer.alloc(from.varint())
  let at = 0
  while (!from.ended) {
    const tag = from.byte()
    const high = tag >>> 2
    if ((tag & 3) === 0) {
      const length = 1 + (high < 60 ? high : from.take(high - 59).readUIntLE(0, high - 59))
      const start = from.skip(length)
      compressed.copy(whole, at, start, start + length)
      at += length
      continue
    }
    const [length, distance] =
      (tag & 3) === 1
        ? [4 + (high & 7), ((high >>> 3) << 8) | from.byte()]
        : [1 + high, (tag & 3) === 2 ? from.take(2).readUInt16LE() : from.take(4).readUInt32LE()]
    if (distance === 0 || distance > at) throw new RangeError('The block refers to bytes before its beginning.')
    if (at + length > whole.length) throw new RangeError('The block is too long.')
    // Byte by byte, because what is copied may overlap what it becomes.
    for (const end = at + length; at < end; at++) whole[at] = whole[at - distance] as number
  }
  if (at !== whole.length) throw new RangeError('The block ends too early.')
  return whole
}
