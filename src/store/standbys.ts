import { setTimeout as delay } from 'node:timers/promises'
import { type Standbys, standbyLagMs } from '../domain/reading.ts'
import type { Store } from '../domain/store.ts'
import type { Pool } from './sql/pool.ts'
import type { Pools } from './sql/pools.ts'
import { ask, builder, type Call } from './sql/statement.ts'
import { differ, type Position, positionsOf } from './wal-position.ts'

export interface StandbyServer {
  /** For the log. */
  readonly name: string
  /** Whether DATABASE_URL names it too, so that it may be the primary by turns. */
  readonly mayTakeWrites: boolean
  readonly sql: Pools
  /** A connection for looking how far it is. */
  readonly look: Pool
  readonly store: Store
}

export interface StandbysOptions {
  /** A connection to the primary for looking how far it is. */
  readonly primary: Pool
  readonly servers: readonly StandbyServer[]
  readonly log: { info(line: string): void; warn(line: string): void }
}

/** How often primary and standbys are asked how far they are, in milliseconds. */
const lookMs = 1000

/** How long a server has for an answer, in milliseconds. */
export const lookAnswerMs = 1500

/** How many positions of the primary are remembered: of somewhat longer than a standby may be behind. */
const remembered = 8

/**
 * The standbys that are near enough to be asked. Each second the primary tells how much log it has
 * written, and each standby how much it has replayed: who has replayed what was written at a moment
 * has all that was committed before it. So no clock of theirs counts, nor does it matter whether
 * anything is written (`pg_last_xact_replay_timestamp` of a quiet hour is an hour old). Whoever does
 * not answer, is cut off or replays nothing is no longer asked after `standbyLagMs`, and a primary
 * that is away makes all of them so. Positions of two databases are nothing to each other, and one
 * of another would be read as if it were ours: so each look asks whose it is too.
 */
export function followStandbys({ primary, servers, log }: StandbysOptions): Standbys & { close(): Promise<void> } {
  const stopping = new AbortController()
  const { signal } = stopping
  /** Of the primary, the newest first. */
  const positions: (Position & { readonly at: number })[] = []
  const states = servers.map((server) => ({
    ...server,
    lookUp: positionsOf(server.look),
    /** Up to when it may be asked. */
    until: 0,
    /** Undefined: nothing has been said of it yet. */
    isAsked: undefined as boolean | undefined,
    why: 'has not answered yet',
  }))
  const lookUpPrimary = positionsOf(primary)
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
      const found = await lookUpPrimary()
      if (found.isStandby) return
      // Positions of another primary, or of one that was restored, are none of this one's.
      if (positions[0] && (found.lsn < positions[0].lsn || differ(found, positions[0]))) positions.length = 0
      positions.unshift({ ...found, at })
      positions.length = Math.min(positions.length, remembered)
    } catch {
      // Where it is away, the standbys are not asked after a while.
    }
  }

  async function lookAt(state: (typeof states)[number]): Promise<void> {
    try {
      const found = await withinAnswer(state.lookUp())
      const [primary] = positions
      const seen = positions.find(({ lsn }) => lsn <= found.lsn)
      const isOurs = primary !== undefined && !differ(found, primary)
      state.until = seen && isOurs && found.isStandby ? seen.at + standbyLagMs : 0
      state.why = whyNot(found, primary)
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
    else if (state.why === takesWrites && state.mayTakeWrites)
      log.info(`no lists are read from ${state.name}: it ${takesWrites}`)
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
          const { code, message } = ((error as Error).cause ?? error) as Error & { code?: string }
          const wasSlow = code === '57014' || message === noConnectionLeft
          // Nobody's searches switch a standby off: it is looked at apart from them.
          if (!wasSlow) state.until = 0
          return wasSlow
        },
      }
    },
    async close() {
      stopping.abort()
      await Promise.all([primary, ...servers.flatMap(({ sql, look }) => [sql, look])].map((each) => each.close()))
    },
  }
}

const takesWrites = 'takes writes itself'

/** Of `pg-pool`, where all connections are taken for too long. */
const noConnectionLeft = 'timeout exceeded when trying to connect'

/** Why a server that has answered is not asked. */
function whyNot(found: Position, primary: (Position & { readonly at: number }) | undefined): string {
  if (primary && differ(found, primary)) return 'is of another database'
  if (!found.isStandby) return takesWrites
  if (!primary || primary.at + standbyLagMs < performance.now())
    return 'cannot be held against the primary, which does not answer'
  return 'is too far behind'
}

/** One that is frozen is noticed before its time is over. */
function withinAnswer<T>(answer: Promise<T>): Promise<T> {
  const late = delay(lookAnswerMs, undefined, { ref: false }).then(() => {
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
