import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { withClient } from './connection.ts'
import type { Written } from './server-choice.ts'
import type { ConnectionSettings } from './sql/connections.ts'
import { isNotTold } from './wal-position.ts'

/** How long a server has for an answer, in milliseconds. */
const answerMs = 2000
/** How long others are waited for once one has said that it takes writes, in milliseconds. */
const othersMs = 200

/** A server that takes writes. */
export interface Found extends Written {
  readonly at: number
  readonly settings: ConnectionSettings
}

type Outcome = { readonly at: number } & (
  | (Found & { readonly says: 'writes' })
  | { readonly says: 'reads' | 'refuses' | 'nothing'; readonly reason: unknown }
)

/** What a server answers that would be asked to write; of the code that it would give itself. */
export class OnlyReads extends Error {
  readonly code = '25006'
}

/** Asks all at once. `outcomes` grows until `all`, which comes in time, whoever does not answer. */
export function askAll(servers: readonly (() => Promise<ConnectionSettings>)[]) {
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

/** Of all, with the code of one: that some only read tells more than that others are not there. */
export function reasonOf(outcomes: readonly Outcome[]): unknown {
  const failed = outcomes.filter((each) => each.says !== 'writes')
  const [chosen, ...others] = [...failed.filter(({ says }) => says === 'reads'), ...failed].map(({ reason }) => reason)
  if (chosen === undefined) return new OnlyReads('the server is a former primary')
  const messages = new Set([chosen, ...others].map((reason) => (reason as Error).message))
  if (messages.size === 1 || !(chosen instanceof Error)) return chosen
  const all = new Error([...messages].join('; '), { cause: chosen })
  const { code, severity } = chosen as { code?: string; severity?: string }
  return Object.assign(all, { code, severity })
}

const mayWrite = `current_setting('transaction_read_only') = 'off' as writes`
const wal = 'case when not pg_is_in_recovery() then pg_walfile_name(pg_current_wal_lsn()) end as wal'
const system = '(select system_identifier from pg_control_system())::text as system'
/** Each asks for less than the one before: not every role is told all, nor is all there everywhere. */
const questions = [`${mayWrite}, ${wal}, ${system}`, `${mayWrite}, ${wal}`, mayWrite]

/**
 * Whether the server takes writes, and the timeline that it writes (PostgreSQL 15, 26.3.5). Zero
 * where that is not told: some managed services do without WAL of this kind.
 */
export async function askWriting(
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

/** Its host and port. */
export const nameOf = ({ host, port }: pg.ClientConfig) => `${host}:${port ?? 5432}`
