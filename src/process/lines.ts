import type { Readable } from 'node:stream'

const newline = 0x0a

/**
 * Hands on what a process writes line by line, each with its end, so that lines of several never
 * mix. Half a line at the end, of a process that was killed, is none.
 */
export function splitLines(stream: Readable, take: (lines: readonly string[]) => void): void {
  let begun: Buffer[] = []
  stream.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(newline) + 1
    if (end === 0) return void begun.push(chunk)
    const whole = Buffer.concat([...begun, chunk.subarray(0, end)]).toString()
    begun = end < chunk.length ? [chunk.subarray(end)] : []
    // By this end alone: a dot stops at others too (U+2028), which JSON leaves as they are.
    take(whole.match(/[^\n]*\n/g) as string[])
  })
}
