import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { askAll, askWriting, type Found, nameOf, OnlyReads, reasonOf } from './server-answers.ts'
import { chooseServer, isDecided, isFormer, isSame } from './server-choice.ts'
import type { ConnectionSettings } from './sql/connections.ts'

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

/** Between two looks, in milliseconds. */
const pauseMs = 400
/** How often it is looked where nothing has failed, in milliseconds. */
const formerMs = 30_000

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
  let lost: NoServer | undefined
  let looking = false
  let closed = false
  /** Those that have been told of. */
  const formers = new Set<string>()

  async function find(): Promise<Found> {
    if (!asks) return { at: 0, settings: await first(), timeline: 0, system: '' }
    const { outcomes, soon, all } = askAll(servers)
    await soon
    if (!isDecided(outcomes, current)) await all
    const chosen = chooseServer(outcomes, current, lost !== undefined)
    const found = chosen === 'present' ? current : chosen
    const latest = found ?? current
    for (const each of outcomes)
      if (each.says === 'writes' && latest && isFormer(each, latest)) tellOfFormer(each.settings)
    if (found === undefined) throw reasonOf(outcomes)
    return found
  }

  /** Where two take writes, whoever runs them has to know, though nothing goes to the former one. */
  function tellOfFormer(settings: pg.ClientConfig): void {
    const name = nameOf(settings)
    if (formers.has(name)) return
    formers.add(name)
    log(`${name} takes writes, and is a former primary: stop it, or let it follow the present one`)
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
        const isNews = lost === undefined
        lost = new NoServer((error as Error).message, { cause: error })
        if (isNews) {
          log(`no database server takes writes: ${lost.message}`)
          for (const listener of listeners) listener()
        }
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

  // A former primary that somebody has started again fails nobody, and would not be noticed.
  const lookingOut = setInterval(look, formerMs).unref()

  async function verify(client: pg.ClientBase): Promise<void> {
    const answer = await askWriting(client)
    if (!answer.writes) throw new OnlyReads('the server only reads')
    if (!current) return
    if (isFormer(answer, current)) {
      tellOfFormer(client as pg.Client)
      throw new OnlyReads('the server is a former primary')
    }
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
      clearInterval(lookingOut)
    },
  }
}

/** Nobody takes writes, for whatever reason: it will be over. The code is that of SQL for "cannot connect". */
class NoServer extends Error {
  readonly code = '08001'
}
