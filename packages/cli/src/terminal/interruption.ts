/**
 * Aborted on Ctrl-C and SIGTERM, so that the work ends in order; further ones change nothing. npm passes on a Ctrl-C that the terminal
 * sent, too.
 */
export function signalOfInterruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort())
  return controller.signal
}
