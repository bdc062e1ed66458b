/**
 * Reads LevelDB's encodings, one after the other.
 * @throws RangeError if the bytes end too early, or are not what LevelDB would write
 */
export class ByteReader {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  get ended(): boolean {
    return this.at >= this.bytes.length
  }

  varint(): number {
    for (let [value, scale] = [0, 1]; ; scale *= 128) {
      const byte = this.bytes.readUInt8(this.at++)
      value += (byte & 127) * scale
      if (byte === 0 && scale > 1) throw new RangeError('A number has more bytes than it needs.')
      if (byte < 128) return value
    }
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new RangeError('The bytes end too early.')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** A text with its length before it. */
  prefixed(): Buffer {
    return this.take(this.varint())
  }
}
