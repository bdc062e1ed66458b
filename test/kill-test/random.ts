/** The random numbers of the test and of the local cloud's faults use 32 bits of a seed. */
export const largestSeed = 2 ** 32 - 1

/** Random numbers that a seed determines. */
export class Random {
  constructor(private state: number) {}

  /** From 0 to below 1, by the algorithm mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1))
  }
}
