/** Whether a line of a log matches a filter pattern. */
export type Matches = (line: string) => boolean
