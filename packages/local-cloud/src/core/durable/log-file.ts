import { maskedCrc32c } from './crc32c.ts'
import { damaged } from './damage.ts'

const blockBytes = 32_768
// Checksum, length, type.
const headerBytes = 7
const [full, first, middle, last] = [1, 2, 3, 4]

/** The content of a file in LevelDB's log format. */
export interface LogFile {
  records: Buffer[]
  /** False if the file ends within a record, because the process was killed or the disk was full during the write. */
  whole: boolean
}

/**
 * Reads a file in the format of LevelDB's logs and manifests
 * (https://github.com/google/leveldb/blob/main/doc/log_format.md).
 * @throws Error with one sentence, if a record is damaged
 */
export function readLogFile(path: string, bytes: Buffer): LogFile {
  const records: Buffer[] = []
  let fragments: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const damage = () => damaged(path, `the record at byte ${at} is not as it was written`)
    const blockEnd = (Math.floor(at / blockBytes) + 1) * blockBytes
    if (blockEnd - at < headerBytes) {
      if (bytes.subarray(at, blockEnd).some((byte) => byte !== 0)) throw damage()
      at = blockEnd
      continue
    }
    if (bytes.length - at < headerBytes) return { records, whole: false }
    const end = at + headerBytes + bytes.readUInt16LE(at + 4)
    const type = bytes.readUInt8(at + 6)
    if (end > blockEnd) throw damage()
    if (end > bytes.length) return { records, whole: false }
    if (bytes.readUInt32LE(at) !== maskedCrc32c(bytes, at + 6, end)) throw damage()
    const begins = type === full || type === first
    if (begins !== (fragments.length === 0) || ![full, first, middle, last].includes(type)) throw damage()
    fragments.push(bytes.subarray(at + headerBytes, end))
    if (type === full || type === last) {
      records.push(fragments.length === 1 ? (fragments[0] as Buffer) : Buffer.concat(fragments))
      fragments = []
    }
    at = end
  }
  return { records, whole: fragments.length === 0 }
}
