import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** A stream of this process, written to without ever waiting for whoever reads it. */
export interface Output {
  /**
   * Takes a text that ends with its line. What cannot be written is lost, and counted; never
   * throws.
   */
  write(text: string): void
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
  const waiting: { readonly bytes: Buffer; readonly texts: number }[] = []
  let size = 0
  /** Bytes of the first that waits. */
  let written = 0
  /** Whether what was written last is half a line. */
  let torn = false
  let lost = 0
  let cause = ''
  let timer: NodeJS.Timeout | undefined

  function push(text: string, texts: number): void {
    const bytes = Buffer.from(torn && waiting.length === 0 ? `\n${text}` : text)
    waiting.push({ bytes, texts })
    size += bytes.length
  }

  function writeWaiting(): void {
    for (let first = waiting[0]; first; first = waiting[0]) {
      const count = writeSync(stream.fd, first.bytes, written)
      written += count
      size -= count
      torn = written < first.bytes.length
      if (torn) continue
      waiting.shift()
      written = 0
    }
  }

  function lose(why: string): void {
    cause = why
    lost += waiting.reduce((sum, { texts }) => sum + texts, 0)
    waiting.length = size = written = 0
  }

  function flush(): void {
    clearTimeout(timer)
    try {
      writeWaiting()
      if (lost === 0) return
      const said = remark(lost, cause)
      push(said, lost)
      lost = 0
      writeWaiting()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'EAGAIN') lose(message)
      timer = setTimeout(flush, retryMs).unref()
    }
  }

  return {
    write(text) {
      // In order: first that some were lost.
      if (lost > 0) flush()
      if (lost > 0) lost++
      else if (size > maxWaiting) {
        lost++
        cause = 'nobody reads it'
      } else {
        push(text, 1)
        flush()
      }
    },
    async settled(ms) {
      for (const deadline = performance.now() + ms; waiting.length > 0 && performance.now() < deadline; flush())
        await delay(20)
    },
  }
}

/** What Node has behind a stream, and does not document. */
interface Handled extends Stream {
  readonly _handle?: { setBlocking?(on: boolean): void }
}
