import type { Socket } from 'node:net'
import pg from 'pg'
import { onlyReads } from './broken.ts'

export interface ConnectionSettings extends pg.PoolConfig {
  /**
   * Whether the session is ours, as we have set it up: behind a pooler of transactions it is
   * not, and nothing can be left in it.
   */
  readonly ownSession: boolean
}

export interface ConnectionsOptions {
  /** Of each connection; asked for when the first is needed, and again while that fails. */
  readonly settings: () => Promise<ConnectionSettings>
  /** Connections at most. */
  readonly max: number
  /** Throws where a new connection is not to be used. */
  readonly verify?: ((client: pg.ClientBase) => Promise<void>) | undefined
  /** To be called with a connection that has ended. */
  readonly onEnd: (client: pg.PoolClient) => void
}

export interface Connections {
  /** Waits for one, for as long as the settings say. */
  connect(): Promise<{ client: pg.PoolClient; ownSession: boolean }>
  /** Gives one back. */
  release(client: pg.PoolClient, isUnfit: boolean): void
  /**
   * Whether the server of a connection only reads, so that it is to be asked anew where a name or a
   * proxy leads; with it go those at hand. Not again and again where no connection is asked, and
   * there may be nothing but a database that only reads.
   */
  leadsAstray(failure: unknown): boolean
  /** Connections that somebody has at the moment. */
  inUse(): number
  /** Ends every connection, whatever it is at; the next one asks for its settings anew. */
  reopen(): void
  /** Waits for what is at work, then ends every connection. */
  close(): Promise<void>
}

/** Connections to one server; each is opened when it is needed. */
export function openConnections({ settings, max, verify, onEnd }: ConnectionsOptions): Connections {
  let opening: Promise<Opened> | undefined
  let opened: Opened | undefined
  let closing = false
  /** Grows with each `reopen`: settings that were asked for before are of a server of the past. */
  let epoch = 0

  function open(): Promise<Opened> {
    const begun = epoch
    opening ??= settings()
      .then(({ ownSession, ...given }) => {
        if (epoch !== begun) {
          opening = undefined
          return open()
        }
        const onConnect = verify && ((client: pg.ClientBase) => verify(client).catch(destroyed(client)))
        const pool = new pg.Pool({ ...given, max, idleTimeoutMillis, ...(onConnect && { onConnect }) })
        const clients = new Set<pg.PoolClient>()
        pool.on('error', () => {})
        pool.on('remove', (client) => {
          clients.delete(client as pg.PoolClient)
          onEnd(client as pg.PoolClient)
        })
        pool.on('connect', (client) => {
          clients.add(client)
          // One that breaks at work fails its query, one that is at hand goes. Unheard, either
          // would end the process.
          client.on('error', () => void (isAtHand(client) && client.release(true)))
        })
        opened = { pool, clients, ownSession, waiting: new Set() }
        return opened
      })
      .catch((error) => {
        opening = undefined
        throw error
      })
    return opening
  }

  /**
   * Connections at hand, the one used last at the end. `pg`'s own pool sets and clears two timers
   * and two listeners whenever one is taken and given back, which costs as much as half a query.
   */
  const atHand: pg.PoolClient[] = []
  const sweeping = setInterval(sweep, idleTimeoutMillis).unref()
  let used = 0
  let leftAt = Number.NEGATIVE_INFINITY

  /** Takes the client out of those at hand; whether it was one. */
  function isAtHand(client: pg.PoolClient): boolean {
    const at = atHand.indexOf(client)
    if (at !== -1) atHand.splice(at, 1)
    return at !== -1
  }

  /** Ends what has not been used since the last time. */
  function sweep(): void {
    for (const client of atHand.splice(0, Math.max(0, atHand.length - used))) client.release(true)
    used = 0
  }

  return {
    async connect() {
      for (;;) {
        if (closing) throw new Error('Unable to acquire a connection')
        const from = opened ?? (await open())
        const client = atHand.pop() ?? (await takeFrom(from))
        if (!client) continue
        used = Math.max(used, from.pool.totalCount - from.pool.idleCount - atHand.length)
        return { client, ownSession: from.ownSession }
      }
    },

    release(client, isUnfit) {
      const isOurs = opened?.clients.has(client) ?? false
      if (isUnfit || closing || !isOurs || opened?.pool.waitingCount !== 0) client.release(isUnfit || !isOurs)
      else atHand.push(client)
    },

    leadsAstray(failure) {
      if (!onlyReads(failure) || (!verify && performance.now() - leftAt < leaveMillis)) return false
      leftAt = performance.now()
      for (const other of atHand.splice(0)) other.release(true)
      return true
    },

    inUse: () => (opened ? opened.pool.totalCount - opened.pool.idleCount - atHand.length : 0),

    // What is at work on one fails, since the connection ends.
    reopen() {
      epoch++
      if (!opened || closing) return
      const { pool, clients, waiting } = opened
      opened = undefined
      opening = undefined
      for (const client of atHand.splice(0)) client.release(true)
      for (const client of clients) void (client as unknown as pg.Client).end().catch(() => {})
      void pool.end().catch(() => {})
      for (const leave of [...waiting]) leave()
    },

    async close() {
      closing = true
      clearInterval(sweeping)
      for (const client of atHand.splice(0)) client.release()
      const left = await opening?.catch(() => undefined)
      const ended = left?.pool.end()
      for (const leave of [...(left?.waiting ?? [])]) leave()
      await ended
    },
  }
}

interface Opened {
  readonly pool: pg.Pool
  readonly clients: Set<pg.PoolClient>
  readonly ownSession: boolean
  /** To be called when the pool is left: who waits for one of its connections waits for nothing. */
  readonly waiting: Set<() => void>
}

/** A connection of the pool; undefined where the pool is left meanwhile. */
function takeFrom({ pool, waiting }: Opened): Promise<pg.PoolClient | undefined> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.delete(leave)
      resolve(undefined)
    }
    waiting.add(leave)
    pool.connect().then(
      (client) => {
        if (waiting.delete(leave)) resolve(client)
        else client.release(true)
      },
      (error) => {
        if (waiting.delete(leave)) reject(error)
      },
    )
  })
}

/**
 * `pg`'s pool says that a connection was refused once it has ended: a server that is silent by then
 * would be waited for as long as it is.
 */
const destroyed = (client: pg.ClientBase) => (error: unknown) => {
  ;(client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy()
  throw error
}

/** How often connections are left because the server only reads, in milliseconds. */
const leaveMillis = 5000

/** How long a connection without work is kept, in milliseconds. */
const idleTimeoutMillis = 30_000
