import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** A stream of this process, written to without ever waiting for whoever reads it. */
export interface Output {
  /**
   * Takes a text that ends with its line. What cannot be written is lost, and counted; never
   * throws.
   *
   * @param mayWait for a moment, to be written together with the lines that follow it; such a text
   *   is one line
   */
  write(text: string, mayWait?: boolean): void
  /** Until everything is written, or for so many milliseconds. */
  settled(ms: number): Promise<void>
}

/** Standard output or standard error, as `process` has it. */
export interface Stream {
  readonly fd: number
  readonly isTTY?: boolean
}

/** Bytes that may wait for a slow reader. */
const maxWaiting = 1024 * 1024

/** Milliseconds until another try. */
const retryMs = 200

/** Milliseconds and characters for which a line may wait for others. */
const gatherMs = 50
const gatherLength = 16_384

const newline = 0x0a

/** What is written by one call of the system. */
interface Piece {
  readonly bytes: Buffer
  /** Texts that are not whole when only so many bytes of it are written. */
  readonly lost: (written: number) => number
}

/**
 * A disk may be full, a reader gone or asleep: none of that may stop the service. Of the streams at
 * hand, Node's keep every line in memory, and pino's try again for ever and write on the threads
 * that hash passwords.
 *
 * @param stream asking `process` for it has made a pipe or a socket answer EAGAIN instead of
 *   waiting
 * @param remark the line that tells, when there is room again, how many texts were lost, and by
 *   what
 */
export function createOutput(stream: Stream, remark: (lost: number, cause: string) => string): Output {
  // A terminal that is held, by Ctrl-S or a dead connection, would hold the process: Node leaves it
  // waiting.
  if (stream.isTTY) (stream as Handled)._handle?.setBlocking?.(false)
  const waiting: Piece[] = []
  let gathered = ''
  let gatheredTexts = 0
  let size = 0
  /** Bytes of the first that waits. */
  let written = 0
  /** Whether what was written last is half a line. */
  let torn = false
  let lost = 0
  let cause = ''
  let timer: NodeJS.Timeout | undefined
  let gathering: NodeJS.Timeout | undefined

  function push(text: string, lost: (bytes: Buffer, written: number) => number): void {
    const ending = torn && waiting.length === 0 ? '\n' : ''
    const bytes = Buffer.from(ending + text)
    waiting.push({ bytes, lost: (written) => lost(bytes, Math.max(written, ending.length)) })
    size += bytes.length
  }

  function pushGathered(): void {
    clearTimeout(gathering)
    gathering = undefined
    if (gatheredTexts === 0) return
    push(gathered, gatheredTexts === 1 ? () => 1 : linesFrom)
    gathered = ''
    gatheredTexts = 0
  }

  function writeWaiting(): void {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const count = writeSync(stream.fd, first.bytes, written)
      written += count
      size -= count
      torn = written > 0 && first.bytes[written - 1] !== newline
      if (written < first.bytes.length) continue
      waiting.shift()
      written = 0
    }
  }

  function lose(why: string): void {
    cause = why
    for (const [at, piece] of waiting.entries()) lost += piece.lost(at === 0 ? written : 0)
    waiting.length = size = written = 0
  }

  function flush(): void {
    clearTimeout(timer)
    pushGathered()
    try {
      writeWaiting()
      if (lost === 0) return
      const said = lost
      push(remark(said, cause), () => said)
      lost = 0
      writeWaiting()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'EAGAIN') lose(message)
      timer = setTimeout(flush, retryMs).unref()
    }
  }

  // Whatever ends the process.
  process.once('exit', flush)

  return {
    write(text, mayWait = false) {
      // In order: first that some were lost.
      if (lost > 0) flush()
      if (lost > 0) lost++
      else if (size > maxWaiting) {
        lost++
        cause = 'nobody reads it'
      } else {
        gathered += text
        gatheredTexts++
        if (!mayWait || gathered.length >= gatherLength) flush()
        else gathering ??= setTimeout(flush, gatherMs).unref()
      }
    },
    async settled(ms) {
      flush()
      for (const deadline = performance.now() + ms; waiting.length > 0 && performance.now() < deadline; flush())
        await delay(20)
    },
  }
}

function linesFrom(bytes: Buffer, start: number): number {
  let lines = 0
  for (let at = bytes.indexOf(newline, start); at !== -1; at = bytes.indexOf(newline, at + 1)) lines++
  return lines
}

/** What Node has behind a stream, and does not document. */
interface Handled extends Stream {
  readonly _handle?: { setBlocking?(on: boolean): void }
}
