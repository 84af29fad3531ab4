import type pg from 'pg'
import { isShared, isStale } from './batch.ts'
import { isBroken } from './broken.ts'
import { type Connections, type ConnectionsOptions, openConnections } from './connections.ts'
import { createPendingQueries } from './pending-queries.ts'
import { makeCalls, type Send, type Sql } from './sql.ts'
import { builder, type Call, type Step, statement } from './statement.ts'

export interface PoolSettings extends Omit<ConnectionsOptions, 'onEnd'> {
  /** Milliseconds that the server may be silent for; its own limit should come first. */
  readonly answerTimeoutMs: number
  /** Whether statements may stay prepared, where the session is ours. */
  readonly prepared: boolean
  /** Told of every failure that the server or the connection has had. */
  readonly onError: (error: unknown) => void
  /** Called now and then while an answer takes its time. */
  readonly onSlow?: () => void
}

/** Told of each round trip, for tests and benchmarks that count them. */
export type Observer = (steps: readonly Step[]) => void

export interface Pool extends Sql, Pick<Connections, 'inUse' | 'reopen' | 'close'> {
  readonly observers: Set<Observer>
}

/** Calls on connections of their own, each for as long as its call takes. */
export function openPool(given: PoolSettings): Pool {
  const { answerTimeoutMs, onError: tell, onSlow } = given
  let { prepared } = given
  const observers = new Set<Observer>()
  const pending = createPendingQueries(answerTimeoutMs, onSlow)
  const connections = openConnections({ ...given, onEnd: pending.forget })
  const { connect, release, leadsAstray } = connections

  function onError(error: unknown): void {
    if (isShared(error)) prepared = false
    tell(error)
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
    inUse: connections.inUse,
    reopen: connections.reopen,
    async close() {
      await connections.close()
      // Until then: what is at work may wait for a silent server.
      pending.stop()
    },
  }
}

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
