/**
 * How well a measured time distinguishes two kinds: the probability that a guess by it is right, given one of each. 0.5 is
 * a coin, 1 is certainty. It is never below 0.5, because it does not matter which of the two is slower.
 */
export function auc(ones: readonly number[], others: readonly number[]): number {
  const ranked = [
    ...ones.map((value) => ({ value, one: true })),
    ...others.map((value) => ({ value, one: false })),
  ].sort((a, b) => a.value - b.value)
  let wins = 0
  for (let first = 0, below = 0; first < ranked.length; ) {
    // Equal values share their ranks: a guess between them is a coin.
    let end = first
    while (end < ranked.length && ranked[end]?.value === ranked[first]?.value) end += 1
    const equals = ranked.slice(first, end)
    const ofOnes = equals.filter(({ one }) => one).length
    const ofOthers = equals.length - ofOnes
    wins += ofOnes * (below + ofOthers / 2)
    below += ofOthers
    first = end
  }
  const share = wins / (ones.length * others.length)
  return Math.max(share, 1 - share)
}
