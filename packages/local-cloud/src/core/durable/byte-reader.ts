/**
 * Reads LevelDB's encodings, one after the other.
 * @throws RangeError if the bytes end too early, or are not what LevelDB would write
 */
export class ByteReader {
  constructor(
    private readonly bytes: Buffer,
    private at = 0,
    private readonly end = bytes.length,
  ) {}

  get ended(): boolean {
    return this.at >= this.end
  }

  byte(): number {
    return this.bytes[this.skip(1)] as number
  }

  varint(): number {
    for (let [value, scale] = [0, 1]; ; scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte === 0 && scale > 1) throw new RangeError('A number has more bytes than it needs.')
      if (byte < 128) return value
    }
  }

  take(length: number): Buffer {
    const at = this.skip(length)
    return this.bytes.subarray(at, at + length)
  }

  /** @returns where the bytes begin that are skipped */
  skip(length: number): number {
    const at = this.at
    if (at + length > this.end) throw new RangeError('The bytes end too early.')
    this.at += length
    return at
  }

  /** A text with its length before it. */
  prefixed(): Buffer {
    return this.take(this.varint())
  }
}
