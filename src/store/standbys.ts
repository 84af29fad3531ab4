import { setTimeout as delay } from 'node:timers/promises'
import { type Standbys, standbyLagMs } from '../domain/reading.ts'
import type { Store } from '../domain/store.ts'
import type { Pools } from './sql/pools.ts'
import { ask, builder, type Call } from './sql/statement.ts'

export interface StandbyServer {
  /** For the log. */
  readonly name: string
  readonly sql: Pools
  readonly store: Store
}

export interface StandbysOptions {
  readonly primary: Pools
  readonly servers: readonly StandbyServer[]
  readonly log: { info(line: string): void; warn(line: string): void }
}

/** How often primary and standbys are asked how far they are, in milliseconds. */
const lookMs = 1000

/** How long a standby has for an answer, in milliseconds. */
const answerMs = 1500

/** How many positions of the primary are remembered: of somewhat longer than a standby may be behind. */
const remembered = 8

/**
 * The standbys that are near enough to be asked. Each second the primary tells how much log it has
 * written, and each standby how much it has replayed: who has replayed what was written at a moment
 * has all that was committed before it. So no clock of theirs counts, nor does it matter whether
 * anything is written (`pg_last_xact_replay_timestamp` of a quiet hour is an hour old). Whoever does
 * not answer, is cut off or replays nothing is no longer asked after `standbyLagMs`, and a primary
 * that is away makes all of them so.
 */
export function followStandbys({ primary, servers, log }: StandbysOptions): Standbys & { close(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  /** Positions of the primary, the newest first. */
  const positions: { readonly at: number; readonly lsn: number }[] = []
  const states = servers.map((server) => ({
    ...server,
    /** Up to when it may be asked. */
    until: 0,
    /** Undefined: nothing has been said of it yet. */
    isAsked: undefined as boolean | undefined,
    why: 'has not answered yet',
  }))
  const begunAt = performance.now()
  let turn = 0

  const every = async (look: () => Promise<void>) => {
    while (!signal.aborted) {
      await look()
      await delay(lookMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  async function lookAtPrimary(): Promise<void> {
    const at = performance.now()
    try {
      const lsn = await primary.run(written)
      // Positions of another primary, or of one that was restored, are none of this one's.
      if (lsn < (positions[0]?.lsn ?? 0)) positions.length = 0
      positions.unshift({ at, lsn })
      positions.length = Math.min(positions.length, remembered)
    } catch {
      // Where it is away, the standbys are not asked after a while.
    }
  }

  async function lookAt(state: (typeof states)[number]): Promise<void> {
    try {
      const { isStandby, lsn } = await withinAnswer(state.sql.run(replayed))
      const seen = isStandby ? positions.find((position) => position.lsn <= lsn) : undefined
      state.until = seen ? seen.at + standbyLagMs : 0
      state.why = isStandby ? 'is too far behind' : 'is no standby any more'
    } catch (error) {
      state.until = 0
      state.why = `does not answer: ${String((error as Error).message).split('\n', 1)[0]}`
    }
    tell(state)
  }

  function tell(state: (typeof states)[number]): void {
    const isAsked = state.until > performance.now()
    if (isAsked === state.isAsked || signal.aborted) return
    // At first nobody knows how far the primary is.
    if (state.isAsked === undefined && !isAsked && performance.now() - begunAt < standbyLagMs) return
    state.isAsked = isAsked
    if (isAsked) log.info(`lists are read from the standby ${state.name}`)
    else log.warn(`the standby ${state.name} ${state.why}: its reads go to the primary`)
  }

  for (const look of [lookAtPrimary, ...states.map((state) => () => lookAt(state))]) void every(look)

  const asked = () => states.filter(({ until }) => until > performance.now())

  return {
    has: () => asked().length > 0,
    pick() {
      const all = asked()
      const state = all[turn++ % all.length]
      if (!state) return undefined
      return {
        store: state.store,
        failed(error) {
          const { code } = ((error as Error).cause ?? error) as { code?: string }
          const wasSlow = code === '57014'
          // Nobody's search switches a standby off.
          if (!wasSlow) state.until = 0
          return wasSlow
        },
      }
    },
    async close() {
      stopping.abort()
      await Promise.all(servers.map(({ sql }) => sql.close()))
    },
  }
}

/** One that is frozen is noticed before its time is over. */
function withinAnswer<T>(answer: Promise<T>): Promise<T> {
  const late = delay(answerMs, undefined, { ref: false }).then(() => {
    throw new Error('it is silent')
  })
  return Promise.race([answer, late])
}

/**
 * The same connections, where each answer says with it that the server is still a standby: what one
 * has that was promoted meanwhile is no longer what the primary has.
 */
export function whileStandby(sql: Pools): Pools {
  const batch = async (calls: readonly Call<unknown>[]) => {
    const [isStandby, ...answers] = await sql.batch([stillStandby, ...calls])
    if (!isStandby) throw Object.assign(new Error('it is no standby any more'), { code: '25006' })
    return answers
  }
  return {
    ...sql,
    batch: batch as unknown as Pools['batch'],
    run: async <Result>(call: Call<Result>) => (await batch([call]))[0] as Result,
  }
}

const stillStandby: Call<boolean> = ask(
  builder.raw('select pg_is_in_recovery() as standby'),
  ({ rows }) => rows[0]?.standby === true,
)

/** A position in the log (`pg_lsn`) as a number: exact up to nine petabytes. */
const positionOf = (lsn: string | null): number => {
  const [high = '0', low = '0'] = (lsn ?? '0/0').split('/')
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
}

/** What was inserted, whether it is flushed or not: nothing that was committed lies beyond it. */
const written: Call<number> = ask(builder.raw('select pg_current_wal_insert_lsn()::text as lsn'), ({ rows }) =>
  positionOf(rows[0]?.lsn),
)

const replayed: Call<{ isStandby: boolean; lsn: number }> = ask(
  builder.raw('select pg_is_in_recovery() as standby, pg_last_wal_replay_lsn()::text as lsn'),
  ({ rows: [row] }) => ({ isStandby: row?.standby === true, lsn: positionOf(row?.lsn) }),
)
