/**
 * Milliseconds within which a further signal is the same one: npm hands on what the terminal has
 * sent already.
 */
const sameSignalMs = 150

/**
 * Asks for a stop at SIGTERM or SIGINT; a second signal ends the process at once, with 1. What runs
 * beside this process has to see its end by itself.
 *
 * @returns what is aborted when the service is asked to stop
 */
export function stopOnSignal(print: (line: string) => void): AbortSignal {
  const stop = new AbortController()
  let askedAt = 0
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) {
        askedAt = performance.now()
        print(`Stopping (${signal}); a second signal ends at once.`)
        stop.abort()
      } else if (performance.now() - askedAt > sameSignalMs) process.exit(1)
    })
  }
  return stop.signal
}
