/** A number from 0 to below 1 that depends only on these whole numbers. */
export function chance(...numbers: number[]): number {
  // The finaliser of MurmurHash3, once for each number: close inputs give distant results.
  const hash = numbers.reduce((mixed, number) => finish((mixed ^ (number | 0)) + 0x9e3779b9), 0)
  return (hash >>> 0) / 2 ** 32
}

function finish(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
