/** A part of a list. */
export interface Page<T> {
  rows: T[]
  /** What asks for the page after this one; absent on the last page. */
  next?: string
}

/** Which page is asked for. */
export interface PageOf {
  /** What the page before named as `next`; undefined for the first page. */
  after: string | undefined
  limit: number
}
