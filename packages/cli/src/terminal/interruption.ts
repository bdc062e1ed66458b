/** Ctrl-C and SIGTERM stop the work between two steps. npm passes on a Ctrl-C that the terminal sent, too. */
export function signalOfInterruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => controller.abort())
  return controller.signal
}
