import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { withClient } from './connection.ts'
import { chooseServer, isDecided, isFormer, isSame, type Written } from './server-choice.ts'
import type { ConnectionSettings } from './sql/pool.ts'

/** The servers of DATABASE_URL, and which of them takes writes. */
export interface Servers {
  /**
   * How a connection is made to the server that takes writes.
   *
   * @throws what keeps all of them from it; Error of code 25006 where they only read
   */
  settings(): Promise<ConnectionSettings>
  /** Whether another connection would be made with these. */
  areCurrent(settings: ConnectionSettings): boolean
  /**
   * Throws where a connection that was just made leads to a server that only reads; undefined where
   * none is asked.
   */
  readonly verify?: (client: pg.ClientBase) => Promise<void>
  /** To be called when a connection fails or is silent: looks whether another server took over. */
  look(): void
  /** The listener is called when connections made so far are no good. */
  onMove(listener: () => void): void
  close(): void
}

export interface ServersOptions {
  /** How connections to each of them are made; asked for again while that fails. */
  readonly servers: readonly (() => Promise<ConnectionSettings>)[]
  /**
   * Whether each connection is asked if it may write (`target_session_attrs=read-write`), as with
   * several servers.
   */
  readonly asks: boolean
  readonly log: (line: string) => void
}

/** How long a server has for an answer, in milliseconds. */
const answerMs = 2000
/** How long others are waited for once one has said that it takes writes, in milliseconds. */
const othersMs = 200
/** Between two looks, in milliseconds. */
const pauseMs = 400

/**
 * Follows the server that takes writes. Postgres itself says who that is: `pg` knows neither several
 * hosts nor `target_session_attrs` (libpq, 34.1.2). Of two who both take writes, the later timeline
 * counts, which every promotion begins: the other is a former primary that somebody has started
 * again, and what would be written there would be lost.
 */
export function followServers({ servers, asks, log }: ServersOptions): Servers {
  const listeners: (() => void)[] = []
  let current: Found | undefined
  let finding: Promise<Found> | undefined
  /** Why no server is asked for now; a look is under way then. */
  let lost: unknown
  let looking = false
  let closed = false

  async function find(): Promise<Found> {
    if (!asks) return { at: 0, settings: await first(), timeline: 0, system: '' }
    const { outcomes, soon, all } = askAll(servers)
    await soon
    if (!isDecided(outcomes, current)) await all
    const chosen = chooseServer(outcomes, current, lost !== undefined)
    if (chosen === undefined) throw reasonOf(outcomes)
    return chosen === 'present' ? (current as Found) : chosen
  }

  const first = () => (servers[0] as () => Promise<ConnectionSettings>)()

  function settle(found: Found): void {
    const isOther = current && (found.at !== current.at || !isSame(found, current))
    if (isOther || lost) log(`the database server that takes writes is now ${nameOf(found.settings)}`)
    const moved = isOther || lost !== undefined
    current = found
    lost = undefined
    if (moved) for (const listener of listeners) listener()
  }

  async function lookOn(): Promise<void> {
    while (!closed) {
      try {
        settle(await find())
        return
      } catch (error) {
        if (lost === undefined) {
          log(`no database server takes writes: ${(error as Error).message}`)
          lost = error
          for (const listener of listeners) listener()
        }
        lost = error
      }
      await delay(pauseMs, undefined, { ref: false })
    }
  }

  function look() {
    if (!asks || looking || closed || !current) return
    looking = true
    void lookOn()
      // A storm of failures is one look.
      .then(() => delay(pauseMs, undefined, { ref: false }))
      .finally(() => {
        looking = false
      })
  }

  async function verify(client: pg.ClientBase): Promise<void> {
    const answer = await askWriting(client)
    if (!answer.writes) throw new OnlyReads('the server only reads')
    if (!current) return
    if (isFormer(answer, current)) throw new OnlyReads('the server is a former primary')
    // A name or a proxy leads to another one by now: connections of before are to end.
    if (!isSame(answer, current)) look()
  }

  return {
    async settings() {
      if (lost !== undefined) throw lost
      if (current) return current.settings
      finding ??= find().finally(() => {
        finding = undefined
      })
      current ??= await finding
      return current.settings
    },
    areCurrent: (settings) => lost === undefined && current?.settings === settings,
    ...(asks && { verify }),
    look,
    onMove: (listener) => void listeners.push(listener),
    close() {
      closed = true
    },
  }
}

interface Found extends Written {
  readonly at: number
  readonly settings: ConnectionSettings
}

type Outcome = { readonly at: number } & (
  | (Found & { readonly says: 'writes' })
  | { readonly says: 'reads' | 'refuses' | 'nothing'; readonly reason: unknown }
)

/** What a server answers that would be asked to write; of the code that it would give itself. */
class OnlyReads extends Error {
  readonly code = '25006'
}

/** Asks all at once. `outcomes` grows until `all`, which comes in time, whoever does not answer. */
function askAll(servers: ServersOptions['servers']) {
  const outcomes: Outcome[] = []
  const found = Promise.withResolvers<void>()
  const asked = servers.map(async (settings, at) => {
    const outcome = await askOne(settings, at)
    outcomes.push(outcome)
    if (outcome.says === 'writes') found.resolve()
  })
  const all = Promise.race([Promise.all(asked), delay(3 * answerMs, undefined, { ref: false })])
  return { outcomes, all, soon: Promise.race([all, found.promise.then(() => delay(othersMs))]) }
}

async function askOne(server: () => Promise<ConnectionSettings>, at: number): Promise<Outcome> {
  try {
    const settings = await server()
    const { writes, ...written } = await withClient({ ...settings, connectionTimeoutMillis: answerMs }, (client) =>
      askWriting(client),
    )
    if (!writes) return { at, says: 'reads', reason: new OnlyReads(`${nameOf(settings)} only reads`) }
    return { at, says: 'writes', settings, ...written }
  } catch (reason) {
    return { at, says: isDown(reason) ? 'refuses' : 'nothing', reason }
  }
}

/**
 * Whether nobody listens, or the server goes down or comes up. All else (a password that is about to
 * be changed, a name that is not found for a moment, no descriptor left here) says nothing of the
 * connections that there are.
 */
function isDown(reason: unknown): boolean {
  const { code, message } = reason as { code?: string; message: string }
  return code === undefined
    ? /Connection terminated unexpectedly/.test(message)
    : /^(ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|57P0[1-3])$/.test(code)
}

/** That some only read tells more than that others are not there. */
const reasonOf = (outcomes: readonly Outcome[]): unknown => {
  const failed = outcomes.filter((each) => each.says !== 'writes')
  const [chosen] = [...failed.filter(({ says }) => says === 'reads'), ...failed]
  return chosen?.reason ?? new OnlyReads('the server is a former primary')
}

const mayWrite = `current_setting('transaction_read_only') = 'off' as writes`
const wal = 'case when not pg_is_in_recovery() then pg_walfile_name(pg_current_wal_lsn()) end as wal'
const system = '(select system_identifier from pg_control_system())::text as system'
/** Each asks for less than the one before: not every role is told all, nor is all there everywhere. */
const questions = [`${mayWrite}, ${wal}, ${system}`, `${mayWrite}, ${wal}`, mayWrite]
const isNotTold = /^(42501|42883|0A000|55000)$/

/**
 * Whether the server takes writes, and the timeline that it writes (PostgreSQL 15, 26.3.5). Zero
 * where that is not told: some managed services do without WAL of this kind.
 */
async function askWriting(
  client: pg.ClientBase,
  [asked, ...simpler] = questions,
): Promise<Written & { writes: boolean }> {
  const limit = { query_timeout: answerMs }
  try {
    const { rows } = await client.query({ text: `select ${asked}`, ...limit })
    const { writes, wal, system = '' } = rows[0]
    return { writes, timeline: Number.parseInt(String(wal ?? '0').slice(0, 8), 16), system }
  } catch (error) {
    if (simpler.length === 0 || !isNotTold.test(String((error as { code?: string }).code))) throw error
    return askWriting(client, simpler)
  }
}

const nameOf = ({ host, port }: pg.ClientConfig) => `${host}:${port ?? 5432}`
