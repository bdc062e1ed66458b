/**
 * Lets a command outlive the reader of its output, such as `| head -n 1`: it goes on without output and keeps its exit code,
 * because a command that changes something must not stop half-way. Output that is lost for another reason, such as a full
 * disk, is an error: it is reported once.
 * @param failed the least exit code of a command whose output was lost
 */
export function surviveLostOutput(failed = 1): void {
  let isReported = false
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isReported) return
    isReported = true
    process.stderr.write(`The output cannot be written, and is not complete: ${error.message}\n`)
    process.on('exit', () => {
      process.exitCode = Math.max(Number(process.exitCode ?? 0), failed)
    })
  }
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onError)
}
