// The part of a log that AWS returns.
const longestBytes = 4096

/** The last 4 KB of what was added since it was last taken. */
export class LogTail {
  private lines: string[] = []
  private bytes = 0

  add(line: string): void {
    this.lines.push(line)
    this.bytes += Buffer.byteLength(line) + 1
    while (this.lines.length > 1 && this.bytes - Buffer.byteLength(this.lines[0] ?? '') - 1 >= longestBytes) {
      this.bytes -= Buffer.byteLength(this.lines.shift() ?? '') + 1
    }
  }

  take(): string {
    const text = Buffer.from(this.lines.map((line) => `${line}\n`).join(''))
    this.lines = []
    this.bytes = 0
    return text.subarray(Math.max(0, text.length - longestBytes)).toString()
  }
}
