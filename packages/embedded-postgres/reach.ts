import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedError, orWayOut } from './failure.ts'

/** A name of a folder that is short enough for the sockets in it. */
export interface Reach {
  readonly path: string
  close(): void
}

// The room in sockaddr_un, less the final NUL.
const longest = process.platform === 'linux' ? 107 : 103

/**
 * The folder itself, or where its path is too long for the socket, a link to it that only this
 * process can follow.
 */
export function reach(folder: string, socket: string): Reach {
  if (Buffer.byteLength(join(folder, socket)) <= longest) return { path: folder, close() {} }
  if (process.platform !== 'linux') {
    throw new EmbeddedError(`${folder} is too long for a socket. Choose a shorter DATA_DIR, ${orWayOut}`)
  }
  // A plain descriptor: a FileHandle would be closed by the garbage collector.
  const descriptor = openSync(folder, 'r')
  return { path: `/proc/self/fd/${descriptor}`, close: () => closeSync(descriptor) }
}
