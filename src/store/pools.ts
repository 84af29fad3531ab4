import type { Config } from '../config.ts'
import type { ConnectionSettings } from './sql/connections.ts'
import { openPool, type Pool, type PoolSettings } from './sql/pool.ts'
import { joinPools, type Pools, sharesOf } from './sql/pools.ts'

export type PoolsOptions = Pick<Config, 'dbPoolMax' | 'dbStatementTimeoutMs'> & Partial<Pick<Config, 'dbPrepared'>>

/** Connections to one server, of which some are for what may take long. */
export function openPools(
  { dbPoolMax, dbStatementTimeoutMs, dbPrepared = true }: PoolsOptions,
  server: Pick<PoolSettings, 'settings' | 'verify' | 'onError' | 'onSlow'>,
): Pools {
  const shares = sharesOf(dbPoolMax)
  const open = (max: number, mode: PlanMode, timeoutMs: number) =>
    openPool({
      ...server,
      max,
      // The server's own limit comes first, unless the server is silent.
      answerTimeoutMs: timeoutMs + 2000,
      prepared: dbPrepared,
      settings: async () => planned(mode, bound(await server.settings(), timeoutMs)),
    })
  return joinPools(
    open(shares.serving, 'force_generic_plan', dbStatementTimeoutMs),
    shares.heavy > 0
      ? open(shares.heavy, 'force_custom_plan', Math.min(dbStatementTimeoutMs, heavyTimeoutMs))
      : undefined,
  )
}

/**
 * One connection to a server beside those that serve, for looking how far it is: that must be known
 * also while all of them are taken.
 *
 * @param answerTimeoutMs milliseconds that the server may be silent for
 */
export function openLook(
  { dbPrepared = true }: PoolsOptions,
  server: Pick<PoolSettings, 'settings' | 'verify'>,
  answerTimeoutMs: number,
): Pool {
  return openPool({ ...server, max: 1, answerTimeoutMs, prepared: dbPrepared, onError: () => {} })
}

/**
 * How long a search or a deep page may take, in milliseconds: many times what any should, so that
 * what goes wrong ends soon.
 */
const heavyTimeoutMs = 3000

function bound(settings: ConnectionSettings, statementTimeoutMs: number): ConnectionSettings {
  return 'statement_timeout' in settings ? { ...settings, statement_timeout: statementTimeoutMs } : settings
}

type PlanMode = 'force_generic_plan' | 'force_custom_plan'

/**
 * How the plan of a prepared statement is made. What serves has one for all values: a plan for a
 * role that most users have would go by an index of everybody, and pass over all who lack it. What
 * is rare in one search is common in the next: a plan for both is bad for one.
 */
const planned = (mode: PlanMode, settings: ConnectionSettings): ConnectionSettings =>
  settings.options ? { ...settings, options: `${settings.options} -c plan_cache_mode=${mode}` } : settings
