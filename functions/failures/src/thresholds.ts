/** The counts at which a post goes out: 1, 10, 100, 1,000 and so on. A burst of a million makes seven posts. */
export function thresholdAt(count: number): number {
  return 10 ** (String(Math.max(Math.trunc(count), 1)).length - 1)
}

/**
 * The post that is due once `count` runs have failed and `posted` is the highest threshold that had its post: none, or
 * the highest threshold that was reached. A post that was lost is made up for by the next run that fails.
 */
export function postDue({ count, posted }: { count: number; posted: number }): number | undefined {
  const threshold = thresholdAt(count)
  return threshold > posted ? threshold : undefined
}
