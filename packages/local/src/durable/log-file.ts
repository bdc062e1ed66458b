import { maskedCrc32c } from './crc32c.ts'
import { damaged } from './damage.ts'

const blockBytes = 32_768
// Checksum, length, type.
const headerBytes = 7
const [full, first, middle, last] = [1, 2, 3, 4]

/**
 * The records of a file in LevelDB's log format, which its logs and manifests have
 * (https://github.com/google/leveldb/blob/main/doc/log_format.md). A file may end within a record: that is how a process
 * leaves it that is killed, or finds the disk full, while it writes. What is missing then is for the caller to judge.
 * @throws Error with one sentence, where a record is not as it was written
 */
export function* logRecords(path: string, bytes: Buffer): Generator<Buffer, void> {
  let fragments: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const damage = () => damaged(path, `the record at byte ${at} is not as it was written`)
    const blockEnd = (Math.floor(at / blockBytes) + 1) * blockBytes
    if (blockEnd - at < headerBytes) {
      if (bytes.subarray(at, blockEnd).some((byte) => byte !== 0)) throw damage()
      at = blockEnd
      continue
    }
    if (bytes.length - at < headerBytes) return
    const length = bytes.readUInt16LE(at + 4)
    const type = bytes.readUInt8(at + 6)
    const end = at + headerBytes + length
    if (end > blockEnd) throw damage()
    if (end > bytes.length) return
    if (bytes.readUInt32LE(at) !== maskedCrc32c(bytes, at + 6, end)) throw damage()
    const begins = type === full || type === first
    if (begins !== (fragments.length === 0) || ![full, first, middle, last].includes(type)) throw damage()
    fragments.push(bytes.subarray(at + headerBytes, end))
    if (type === full || type === last) {
      yield fragments.length === 1 ? (fragments[0] as Buffer) : Buffer.concat(fragments)
      fragments = []
    }
    at = end
  }
}
