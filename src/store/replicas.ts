import { parseIntoClientConfig } from 'pg-connection-string'
import type { Config } from '../config.ts'
import { type Connection, type NegotiateOptions, negotiate } from './connection.ts'
import { openLook, openPools, type PoolsOptions } from './pools.ts'
import type { Servers } from './servers.ts'
import { followStandbys, lookAnswerMs, type StandbysOptions, whileStandby } from './standbys.ts'
import { createStore } from './store.ts'
import type { SearchFilling } from './users/search-filling.ts'

export interface ReplicasOptions extends PoolsOptions {
  /** DATABASE_REPLICA_URLS. */
  readonly urls: NonNullable<Config['databaseReplicaUrls']>
  /** Where writes go. */
  readonly servers: Servers
  /** What DATABASE_URL names, as `nameOfServer` does: each may be the primary or a standby by turns. */
  readonly names: readonly string[]
  readonly negotiation: NegotiateOptions
  readonly filling: SearchFilling
  readonly log: StandbysOptions['log']
}

/** Opens and follows the standbys of the configuration. */
export function openReplicas({ urls, servers, names, negotiation, filling, log, ...pools }: ReplicasOptions) {
  const primary = openLook(pools, servers, lookAnswerMs)
  servers.onMove(primary.reopen)
  const standbys = urls.map((url) => {
    const name = nameOfServer(url)
    const settings = once(() => negotiate(url, negotiation))
    const sql = openPools(pools, { settings, onError: () => {} })
    return {
      name,
      mayTakeWrites: names.includes(name),
      sql,
      look: openLook(pools, { settings }, lookAnswerMs),
      // What it gives up is read from the primary.
      store: createStore(whileStandby(sql), filling, (methods) => methods),
    }
  })
  return followStandbys({ primary, servers: standbys, log })
}

/** Its host and port: never the password. */
export function nameOfServer(connection: Connection): string {
  const { host, port } = typeof connection === 'string' ? parseIntoClientConfig(connection) : connection
  return `${host}:${port ?? 5432}`
}

/** Remembers the first success; concurrent callers share one attempt. */
export function once<T>(attempt: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= attempt().catch((error) => {
      result = undefined
      throw error
    })
    return result
  }
}
