/** Something that a reviewer must have seen before the plan is applied. */
export interface Danger {
  title: string
  /** What it means for customers, for the waiting runs, or for people on call. */
  why: string
  /** What was there before, line by line, and what will be. */
  before?: string[]
  after?: string[]
}
