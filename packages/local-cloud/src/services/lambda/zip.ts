import { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'

/** A file or folder of a zip. */
export interface Entry {
  /** As the zip names it; a folder's ends in a slash. */
  name: string
  /** How long its content is, as the zip says. */
  bytes: number
  isLink: boolean
  /**
   * The content, piece by piece; no piece is longer than some kilobytes.
   * @throws Error with half a sentence, if it is longer than `bytes` or damaged
   */
  content(): AsyncIterable<Buffer>
}

const signatures = { end: 0x06054b50, central: 0x02014b50, local: 0x04034b50 }
const endBytes = 22
const longestCommentBytes = 0xffff

/**
 * The entries of a zip by its central directory, with nothing unpacked yet:
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT. Zip64 is not read: it is for more than Lambda accepts.
 * @throws Error with half a sentence, if it is not a zip
 */
export function entriesOf(zip: Buffer): Entry[] {
  const end = endOf(zip)
  const entries: Entry[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    if (at + 46 > end || zip.readUInt32LE(at) !== signatures.central) throw new Error('its directory is damaged')
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field))
    const next = at + 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0)
    if (next > end) throw new Error('its directory is damaged')
    entries.push(entryAt(zip, at, zip.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0))))
    at = next
  }
  return entries
}

/** The position of the record that ends every zip, before a comment of any length. */
function endOf(zip: Buffer): number {
  const first = Math.max(0, zip.length - endBytes - longestCommentBytes)
  for (let at = zip.length - endBytes; at >= first; at--) {
    if (zip.readUInt32LE(at) === signatures.end) return at
  }
  throw new Error('it has no directory')
}

function entryAt(zip: Buffer, at: number, name: string): Entry {
  const [flags, method] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10)]
  const [checksum = 0, zippedBytes = 0, bytes = 0] = [16, 20, 24].map((field) => zip.readUInt32LE(at + field))
  const [unixMode, start] = [zip.readUInt16LE(at + 40), zip.readUInt32LE(at + 42)]
  return {
    name,
    bytes,
    isLink: (unixMode & 0o170000) === 0o120000,
    async *content() {
      if (flags & 1) throw new Error(`${name} is encrypted`)
      if (method !== 0 && method !== 8) throw new Error(`${name} is compressed in a way that Lambda does not know`)
      const pieces = method === 8 ? inflated(zippedAt(zip, start, zippedBytes)) : [zippedAt(zip, start, zippedBytes)]
      let [length, sum] = [0, 0]
      for await (const piece of pieces) {
        length += piece.length
        if (length > bytes) break
        sum = crc32(piece, sum)
        yield piece
      }
      if (length !== bytes || sum !== checksum) throw new Error(`${name} is damaged`)
    },
  }
}

/** The bytes of an entry; before them come a name and an extra field, whose lengths only the local header contains. */
function zippedAt(zip: Buffer, start: number, length: number): Buffer {
  if (start + 30 > zip.length || zip.readUInt32LE(start) !== signatures.local)
    throw new Error('its directory is damaged')
  const from = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28)
  return zip.subarray(from, from + length)
}

async function* inflated(zipped: Buffer): AsyncIterable<Buffer> {
  const inflate = createInflateRaw()
  // A reader that stops also stops the inflater.
  yield* Readable.from([zipped]).pipe(inflate) as AsyncIterable<Buffer>
}
