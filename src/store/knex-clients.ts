import type pg from 'pg'
import type { Servers } from './servers.ts'

/** For the pools of Knex, which end no connection by themselves that is not to be used. */
export function keepClient(servers: Servers) {
  const clients = new Set<pg.Client>()
  const end = (client: pg.Client) => {
    // What Knex looks at: of a machine that is silent, the end is never heard of.
    Object.assign(client, { __knex__disposed: 'the server has moved' })
    void client.end().catch(() => {})
  }
  servers.onMove(() => {
    for (const client of clients) end(client)
  })
  return (client: pg.Client, done: (error: unknown, client: pg.Client) => void) => {
    clients.add(client.on('end', () => clients.delete(client)))
    client.on('error', servers.look)
    Promise.resolve(servers.verify?.(client)).then(
      () => done(null, client),
      (error) => {
        end(client)
        servers.look()
        done(error, client)
      },
    )
  }
}

/**
 * Takes back the limits of time that the connections have, unless a pooler has refused them: zero
 * is none, and only text is sent.
 */
export function unlimited(settings: pg.ClientConfig): object {
  if (!('statement_timeout' in settings)) return settings
  const none = { statement_timeout: '0', lock_timeout: '0', idle_in_transaction_session_timeout: '0' }
  // Between two tries of a migration it is idle.
  return { ...settings, ...none, options: `${settings.options ?? ''} -c idle_session_timeout=0` }
}
