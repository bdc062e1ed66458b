/** Where the results of a command and its errors go. */
export interface Output {
  print(text: string): void
  error(text: string): void
}

/** The output of a process. */
export const ofProcess: Output = {
  print: (text) => process.stdout.write(text),
  error: (text) => console.error(text),
}
