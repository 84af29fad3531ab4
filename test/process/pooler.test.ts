import { afterAll, describe, expect, it } from 'vitest'
import { sendCommands } from '../audit/commands.ts'
import { replay } from '../audit/replay.ts'
import { emptyDatabase, open } from '../support/database.ts'
import { startPgbouncer } from '../support/pgbouncer.ts'
import { eventually } from '../support/processes.ts'
import type { Call } from '../support/service.ts'
import { cleanUp, type Janus, start, urlOf } from './janus.ts'

const password = 'correct horse battery'

afterAll(cleanUp)

/** Of both styles: what reads by every kind of statement. */
const reads = [
  '/users:list?search=load',
  '/users?sortBy=username&sortOrder=ASC&role=user',
  '/users?search=load&page=2&limit=5',
  '/users/stats',
  '/audit:list',
  '/audit?action=user_created',
  '/auth:me',
  '/auth:sessions',
]

describe('two processes behind PgBouncer in transaction mode, on three sessions', () => {
  it('with the settings that there are, and with DB_PREPARED=off, fail at nothing and lose no write', async () => {
    const home = await emptyDatabase()
    const pooler = await startPgbouncer({ upstream: home.connection })
    const given = {
      DATABASE_URL: urlOf(pooler.connection),
      ADMIN_PASSWORD: password,
      ADMIN_ROLE: 'super_admin',
      RATE_LIMIT_PER_MINUTE: '0',
      LOGIN_ATTEMPTS: '0',
    }
    const processes = await Promise.all([start(given), start({ ...given, DB_PREPARED: 'off' })])
    await Promise.all(processes.map(({ url }) => url))
    const failed: string[] = []
    let answers = 0
    const asking =
      ({ call }: Janus) =>
      async (method: string, path: string, json?: Call) => {
        const reply = await call(method, path, json)
        answers++
        if (reply.status >= 500) failed.push(`${method} ${path}: ${reply.status}`)
        return reply
      }
    const asks = processes.map(asking)
    const tokens = await Promise.all(
      asks.map(async (ask) => (await ask('POST', '/auth:login', { json: { username: 'admin', password } })).body),
    )
    let ended = false
    const clients = Array.from({ length: 8 }, async (_, n) => {
      const [ask, other] = [asks[n % 2], asks[(n + 1) % 2]] as [(typeof asks)[0], (typeof asks)[0]]
      const token = tokens[n % 2].access_token
      const readers = async () => {
        for (let at = n; !ended; at++)
          expect((await other('GET', reads[at % reads.length] as string, { token })).status).toBe(200)
      }
      await Promise.all([sendCommands(ask, token, `load-${n}`, () => ended), readers()])
    })
    const database = open(home.connection)
    await eventually(() => answers >= 300)
    const { rows } = await database.knex.raw(
      `select count(*)::int as sessions from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    )
    ended = true
    await Promise.all(clients)
    expect(rows[0].sessions).toBeLessThanOrEqual(3)
    expect(failed).toEqual([])
    for (const janus of processes) expect(await janus.stop()).toEqual({ code: 0, signal: null })
    expect(processes.map(({ stdout }) => /"level":(50|60)|could not/.exec(stdout())?.[0])).toEqual([
      undefined,
      undefined,
    ])
    // Every event has its write and every write its event, sealed.
    expect(await replay(database.knex)).toEqual([])
    expect(await database.knex('audit_unsealed')).toEqual([])
    await database.close()
    await pooler.close()
    await home.close()
  })
})
