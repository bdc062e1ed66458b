import { ByteReader } from './byte-reader.ts'
import { maskedCrc32c } from './crc32c.ts'
import { damaged } from './damage.ts'
import { unsnappy } from './snappy.ts'

const footerBytes = 48
const magic = Buffer.from('57fb808b247547db', 'hex')
// Type and checksum.
const trailerBytes = 5

interface Place {
  offset: number
  size: number
}

/**
 * Checks every byte of a table (https://github.com/google/leveldb/blob/main/doc/table_format.md): that its blocks follow
 * each other without a gap, and have the checksums with which they were written.
 * @param size its size in the manifest
 * @throws Error with one sentence, if it is damaged
 */
export function checkTable(path: string, bytes: Buffer, size: number): void {
  if (bytes.length !== size) throw damaged(path, `it has ${bytes.length} bytes instead of ${size}`)
  const damage = (at: number) => damaged(path, `the block at byte ${at} is not as it was written`)
  const footerAt = size - footerBytes
  const footer = bytes.subarray(footerAt)
  const places = new ByteReader(footer.subarray(0, -magic.length))
  try {
    const [metaindex, index] = [readPlace(places), readPlace(places)]
    while (!places.ended) if (places.take(1)[0] !== 0) throw damage(footerAt)
    if (!footer.subarray(-magic.length).equals(magic)) throw damage(footerAt)

    const contents = (place: Place): Buffer => {
      const end = place.offset + place.size
      if (bytes.readUInt32LE(end + 1) !== maskedCrc32c(bytes, place.offset, end + 1)) throw damage(place.offset)
      const block = bytes.subarray(place.offset, end)
      return bytes[end] === 1 ? unsnappy(block) : block
    }
    const all = [...placesIn(contents(index)), ...placesIn(contents(metaindex)), metaindex, index]
    let at = 0
    for (const place of all) {
      const end = place.offset + place.size
      if (place.offset !== at || bytes.readUInt32LE(end + 1) !== maskedCrc32c(bytes, at, end + 1)) throw damage(at)
      at = end + trailerBytes
    }
    if (at !== footerAt) throw damage(at)
  } catch (error) {
    // A place beyond the end.
    throw (error as Error).name === 'RangeError' ? damage(footerAt) : error
  }
}

const readPlace = (from: ByteReader): Place => ({ offset: from.varint(), size: from.varint() })

/** The places that a block of an index names, in order. */
function placesIn(block: Buffer): Place[] {
  const restarts = block.readUInt32LE(block.length - 4)
  const entries = new ByteReader(block, 0, block.length - 4 * (restarts + 1))
  const places: Place[] = []
  while (!entries.ended) {
    entries.varint()
    const [ownKeyBytes, valueBytes] = [entries.varint(), entries.varint()]
    entries.skip(ownKeyBytes)
    const valueAt = entries.skip(valueBytes)
    places.push(readPlace(new ByteReader(block, valueAt, valueAt + valueBytes)))
  }
  return places
}
