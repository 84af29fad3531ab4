import pg from 'pg'
import { isShared, isStale } from './batch.ts'
import { isBroken, onlyReads } from './broken.ts'
import { createPendingQueries } from './pending-queries.ts'
import { makeCalls, type Send, type Sql } from './sql.ts'
import { builder, type Call, type Step, statement } from './statement.ts'

export interface PoolSettings {
  /** Of each connection; asked for when the first is needed, and again while that fails. */
  readonly settings: () => Promise<ConnectionSettings>
  /** Connections at most. */
  readonly max: number
  /** Milliseconds that the server may be silent for; its own limit should come first. */
  readonly answerTimeoutMs: number
  /** Whether statements may stay prepared, where the session is ours. */
  readonly prepared: boolean
  /** Told of every failure that the server or the connection has had. */
  readonly onError: (error: unknown) => void
  /** Throws where a new connection is not to be used. */
  readonly verify?: (client: pg.ClientBase) => Promise<void>
  /** Called now and then while an answer takes its time. */
  readonly onSlow?: () => void
}

export interface ConnectionSettings extends pg.PoolConfig {
  /**
   * Whether the session is ours, as we have set it up: behind a pooler of transactions it is
   * not, and nothing can be left in it.
   */
  readonly ownSession: boolean
}

/** Told of each round trip, for tests and benchmarks that count them. */
export type Observer = (steps: readonly Step[]) => void

export interface Pool extends Sql {
  readonly observers: Set<Observer>
  /** Connections that somebody has at the moment. */
  inUse(): number
  /** Ends every connection, whatever it is at; the next one asks for its settings anew. */
  reopen(): void
  /** Waits for what is at work, then ends every connection. */
  close(): Promise<void>
}

/** A pool of connections; each is opened when it is needed. */
export function openPool(given: PoolSettings): Pool {
  const { settings, max, answerTimeoutMs, onError: tell, verify, onSlow } = given
  let { prepared } = given
  const observers = new Set<Observer>()
  const pending = createPendingQueries(answerTimeoutMs, onSlow)
  let opening: Promise<Opened> | undefined
  let opened: Opened | undefined
  let closing = false
  /** Grows with each `reopen`: settings that were asked for before are of a server of the past. */
  let epoch = 0

  function onError(error: unknown): void {
    if (isShared(error)) prepared = false
    tell(error)
  }

  function open(): Promise<Opened> {
    const begun = epoch
    opening ??= settings()
      .then(({ ownSession, ...given }) => {
        if (epoch !== begun) {
          opening = undefined
          return open()
        }
        const pool = new pg.Pool({ ...given, max, idleTimeoutMillis, ...(verify && { onConnect: verify }) })
        const clients = new Set<pg.PoolClient>()
        pool.on('error', () => {})
        pool.on('remove', (client) => {
          clients.delete(client as pg.PoolClient)
          pending.forget(client as pg.PoolClient)
        })
        pool.on('connect', (client) => {
          clients.add(client)
          // One that breaks at work fails its query, one that is at hand goes. Unheard, either
          // would end the process.
          client.on('error', () => void (isAtHand(client) && client.release(true)))
        })
        opened = { pool, clients, ownSession }
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

  async function connect(): Promise<{ client: pg.PoolClient; ownSession: boolean }> {
    if (closing) throw new Error('Unable to acquire a connection')
    const { pool, ownSession } = opened ?? (await open())
    const client = atHand.pop() ?? (await pool.connect())
    used = Math.max(used, pool.totalCount - pool.idleCount - atHand.length)
    return { client, ownSession }
  }

  function release(client: pg.PoolClient, isUnfit: boolean): void {
    const isOurs = opened?.clients.has(client) ?? false
    if (isUnfit || closing || !isOurs || opened?.pool.waitingCount !== 0) client.release(isUnfit || !isOurs)
    else atHand.push(client)
  }

  /**
   * Whether the server of a connection only reads, so that it is to be asked anew where a name or a
   * proxy leads; with it go those at hand. Not again and again where no connection is asked, and
   * there may be nothing but a database that only reads.
   */
  function leadsAstray(failure: unknown): boolean {
    if (!onlyReads(failure) || (!verify && performance.now() - leftAt < leaveMillis)) return false
    leftAt = performance.now()
    for (const other of atHand.splice(0)) other.release(true)
    return true
  }

  /** What is at work on one fails, since the connection ends. */
  function reopen(): void {
    epoch++
    if (!opened || closing) return
    const { pool, clients } = opened
    opened = undefined
    opening = undefined
    for (const client of atHand.splice(0)) client.release(true)
    for (const client of clients) void (client as unknown as pg.Client).end().catch(() => {})
    void pool.end().catch(() => {})
  }

  async function ask(client: pg.PoolClient, steps: readonly Step[], ownSession: boolean) {
    for (const observe of observers) observe(steps)
    return pending.ask(client, steps, prepared && ownSession)
  }

  const send: Send = async (steps) => {
    // In a session that is shared, one may miss what is prepared, and the next have it already.
    for (let triesLeft = 2; ; triesLeft--) {
      try {
        const { client, ownSession } = await connect()
        let failure: unknown
        try {
          // Otherwise each would be a transaction of its own, of whatever isolation the role has.
          if (ownSession || steps.length === 1) return await ask(client, steps, ownSession)
          return (await ask(client, [begin, ...steps, commit], ownSession)).slice(1, -1)
        } catch (error) {
          failure = error
          throw error
        } finally {
          release(
            client,
            isBroken(failure) || leadsAstray(failure) || (!ownSession && steps.length > 1 && failure !== undefined),
          )
        }
      } catch (error) {
        onError(error)
        if (!isStale(error) || triesLeft === 0) throw error
      }
    }
  }

  async function transaction<Result>(work: (tx: Sql) => Promise<Result>): Promise<Result> {
    const { client, ownSession } = await connect().catch((error) => {
      onError(error)
      throw error
    })
    let begun = false
    let failure: unknown
    const sendInside: Send = async (steps) => {
      // Postgres answers the commit of a failed transaction with a rollback, without an error:
      // whoever passed over the failure would believe that everything is written.
      if (failure !== undefined) throw failure
      const all = begun ? steps : [begin, ...steps]
      begun = true
      try {
        return (await ask(client, all, ownSession)).slice(all.length - steps.length)
      } catch (error) {
        onError(error)
        failure = error
        throw error
      }
    }
    const tx: Sql = { ...makeCalls(sendInside), isTransaction: true, transaction: (work) => work(tx) }
    try {
      const result = await work(tx)
      if (failure !== undefined) throw failure
      if (begun) await sendInside([commit])
      return result
    } catch (error) {
      // What cannot be rolled back is no connection any more.
      if (begun && !isBroken(failure)) await ask(client, [rollback], ownSession).catch((cause) => (failure = cause))
      throw error
    } finally {
      release(client, isBroken(failure) || leadsAstray(failure))
    }
  }

  return {
    ...makeCalls(send),
    transaction,
    isTransaction: false,
    observers,
    reopen,
    inUse: () => (opened ? opened.pool.totalCount - opened.pool.idleCount - atHand.length : 0),
    async close() {
      closing = true
      clearInterval(sweeping)
      for (const client of atHand.splice(0)) client.release()
      await (await opening?.catch(() => undefined))?.pool.end()
      // Until then: what is at work may wait for a silent server.
      pending.stop()
    },
  }
}

interface Opened {
  readonly pool: pg.Pool
  readonly clients: Set<pg.PoolClient>
  readonly ownSession: boolean
}

/** How often connections are left because the server only reads, in milliseconds. */
const leaveMillis = 5000

/** How long a connection without work is kept, in milliseconds. */
const idleTimeoutMillis = 30_000

const stepOf = (call: Call<unknown>) => call.steps[0] as Step
const plain = (text: string) =>
  stepOf(
    statement(
      () => builder.raw(text),
      () => undefined,
    )({}),
  )
const begin = plain('begin isolation level read committed')
const commit = plain('commit')
const rollback = plain('rollback')
