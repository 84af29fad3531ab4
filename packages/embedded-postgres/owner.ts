import { randomUUID } from 'node:crypto'
import { renameSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf, EmbeddedError } from './failure.ts'
import { reach } from './reach.ts'

/** The right to run a server on a data folder. */
export interface Owner {
  /**
   * Refuses, like `takeOwnership`, when somebody else has taken the folder meanwhile: to be asked
   * before what would hurt them.
   */
  confirm(): Promise<void>
  release(): void
}

/**
 * Takes the data folder, or refuses when somebody has it. The lock is a listening socket, not a pid
 * in a file: it ends with its process, however that ends, and it also tells across containers which
 * share the folder but not the pids.
 */
export async function takeOwnership(dataDir: string): Promise<Owner> {
  const token = `${process.pid} ${randomUUID()}`
  const name = `owner-${randomUUID().slice(0, 8)}.sock`
  const folder = reach(dataDir, name)
  const lock = join(folder.path, 'owner.sock')
  const draft = join(folder.path, name)
  let server: Server | undefined
  const release = () => {
    server?.close()
    folder.close()
  }
  const confirm = async () => {
    const holder = await ask(lock)
    if (holder !== token) refuse(holder ?? '', dataDir)
  }
  try {
    refuse(await ask(lock), dataDir)
    // Node unlinks the path it listened on when it closes; renamed, the lock outlives that, so that
    // a loser of the race below never removes the socket of the winner. A stale one is replaced by
    // the next owner.
    server = await listen(draft, token)
    refuse(await ask(lock), dataDir)
    renameSync(draft, lock)
    // Two may come so far at once: the later one has replaced the socket of the other, who learns
    // it here.
    await delay(100)
    await confirm()
    return { confirm, release }
  } catch (error) {
    release()
    throw error
  }
}

/**
 * Who holds the data folder: the process by its number, and more; '' when it is too busy to say;
 * undefined when nobody does.
 */
export function holderOf(dataDir: string): Promise<string | undefined> {
  const folder = reach(dataDir, 'owner.sock')
  return ask(join(folder.path, 'owner.sock')).finally(folder.close)
}

/** Somebody else has the data folder. */
export class TakenError extends EmbeddedError {}

function refuse(holder: string | undefined, dataDir: string): void {
  if (holder === undefined) return
  const pid = holder.split(' ')[0]
  throw new TakenError(
    `Another Janus is running on ${dataDir}${pid ? ` (process ${pid})` : ''}. Stop it, or give this one another DATA_DIR.`,
  )
}

/**
 * What the holder of the lock answers: '' when it is too busy to; undefined when nobody holds it.
 */
function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(path)
    socket.setEncoding('utf8').setTimeout(3000, () => socket.destroy())
    socket.on('data', (text) => {
      answer += text
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error) => {
      if (codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT') resolve(undefined)
      else reject(error)
    })
  })
}

function listen(path: string, token: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.unref().end(token)
    })
    server.on('error', reject)
    server.unref().listen(path, () => resolve(server))
  })
}
