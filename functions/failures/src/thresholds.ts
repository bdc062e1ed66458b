// So few that each run gets a post.
const namedEach = 3

/** The counts at which a post goes out: 1, 2, 3, 10, 100, 1,000 and so on. A burst of a million makes nine posts. */
export function thresholdAt(count: number): number {
  const runs = Math.max(Math.trunc(count), 1)
  return runs < namedEach ? runs : Math.max(10 ** (digits(runs) - 1), namedEach)
}

/** The count at which the next post goes out. */
export function thresholdAfter(count: number): number {
  return count < namedEach ? count + 1 : 10 ** digits(count)
}

/**
 * The post that is due once `count` runs have failed and `posted` is the highest threshold with a post: none, or the
 * highest threshold that was reached. The next run that fails replaces a lost post.
 */
export function postDue({ count, posted }: { count: number; posted: number }): number | undefined {
  const threshold = thresholdAt(count)
  return threshold > posted ? threshold : undefined
}

const digits = (count: number) => String(count).length
