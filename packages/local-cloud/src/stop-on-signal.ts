// npm passes on the signal that its child has already got from the terminal: one Ctrl-C arrives twice, within moments.
const samePressMs = 500

/** Stops on Ctrl-C and SIGTERM and exits with 0; a second Ctrl-C, while that takes its time, exits at once with 130. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stoppingSince: number | undefined
  const onSignal = () => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > samePressMs) process.exit(130)
      return
    }
    stoppingSince = performance.now()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
