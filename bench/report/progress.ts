/**
 * A bar at a terminal, which each call draws anew; elsewhere a line at each tenth.
 *
 * @returns takes how many are done
 */
export function progressBar(what: string, total: number, output: NodeJS.WriteStream = process.stdout) {
  const started = performance.now()
  let tenth = 0
  return (done: number): void => {
    const rate = Math.round((1000 * done) / (performance.now() - started))
    const line = `${done} of ${total} ${what}, ${Math.floor((100 * done) / total)} %, ${rate}/s`
    if (output.isTTY) {
      const filled = Math.floor((30 * done) / total)
      output.write(`\r[${'#'.repeat(filled).padEnd(30, '.')}] ${line}${done === total ? '\n' : ''}`)
    } else if (Math.floor((10 * done) / total) > tenth) {
      tenth = Math.floor((10 * done) / total)
      output.write(`${line}\n`)
    }
  }
}
