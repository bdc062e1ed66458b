/** A random UUID of version 4. */
export function randomUuid(random: () => number): string {
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The number from 0 up to 1 that AWS, whose functions run on Java, draws for this seed. */
export function seededRandom(seed: number): number {
  // java.util.Random: https://docs.oracle.com/javase/8/docs/api/java/util/Random.html
  const modulus = 2n ** 48n
  const multiplier = 0x5deece66dn
  let state = (BigInt(Math.trunc(seed)) ^ multiplier) & (modulus - 1n)
  const next = (bits: bigint) => {
    state = (state * multiplier + 11n) % modulus
    return state >> (48n - bits)
  }
  return Number((next(26n) << 27n) + next(27n)) / 2 ** 53
}
