import { randomInt } from 'node:crypto'
import type { Postgres } from '../../bench/measure/postgres.ts'
import { spent } from '../../bench/measure/processor-time.ts'
import { password } from '../../bench/seed/load-users.ts'
import type { Config } from '../../src/config.ts'
import { openAuditKey } from '../../src/domain/audit/keys.ts'
import { createSealer } from '../../src/domain/audit/sealer.ts'
import type { Caller, Origin } from '../../src/domain/caller.ts'
import { createDomain } from '../../src/domain/domain.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { createIds } from '../../src/domain/id.ts'
import { createPasswords } from '../../src/domain/passwords/password.ts'
import { openSigningKeys } from '../../src/domain/sessions/signing-keys.ts'
import type { Database } from '../../src/store/database.ts'
import { type Cost, type Figures, type Work, works } from './figures.ts'
import type { Run } from './fill.ts'

/** bcrypt's cheapest: of a login, all but the hash is measured. */
export const cheapCost = 4
/** Calls of each kind in each of two rounds. */
const calls = 100
const name = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const now = () => new Date()
const nothing = () => {}

/** The domain of the service on a database, without HTTP and without a sealer. */
export async function openDomain({ store }: Database, settings: Config) {
  const newId = createIds({ now })
  const passwords = createPasswords({ cost: cheapCost, queue: 256 })
  const keys = await openSigningKeys({ ...settings, store, now })
  const domain = createDomain({ settings, store, passwords, keys, publish: nothing, newId, now, onClose: nothing })
  const key = await openAuditKey({ store, now })
  return { ...domain, store, sealer: createSealer({ store, key, now, onRoot: nothing, onFailure: nothing }) }
}

type Domain = Awaited<ReturnType<typeof openDomain>>

/** What calls of the domain cost the database: each kind at users of chance, and at the same ones again. */
export async function measureWork(domain: Domain, postgres: Postgres, run: Run): Promise<Figures['work']> {
  const users = await run<{ id: string; username: string }>(
    `select id, username from users where role = 'user' and status = 'active' and deleted_at is null
     order by random() limit $1`,
    [2 * calls],
  )
  const [chosen, others] = [users.slice(0, calls), users.slice(calls)]
  const refreshTokens: string[] = []
  const [admin] = await run<{ username: string }>(
    `select username from users where role = 'super_admin' and status = 'active' and deleted_at is null limit 1`,
  )
  const boss = await domain.sessions.login(origin(), admin?.username ?? '', password)
  const session = await domain.sessions.authenticate(boss.accessToken, async () => {})
  const caller: Caller = { ...session, origin: origin(), allowed: ['super_admin'] }
  const at = (list: typeof users, n: number) => list[n] ?? { id: '', username: '' }
  const kinds: Record<Work, (n: number, round: number) => Promise<unknown>> = {
    async login(n) {
      refreshTokens[n] = (await domain.sessions.login(origin(), at(chosen, n).username, password)).refreshToken
    },
    async refresh(n) {
      const { refreshToken } = await domain.sessions.refresh(origin(), refreshTokens[n] ?? '', nothing, async () => {})
      refreshTokens[n] = refreshToken
    },
    failure: (n) =>
      domain.sessions.login(origin(), at(others, n).username, `not ${password}`).catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error
      }),
    change: (n, round) =>
      domain.users.change(caller, at(others, n).id, { role: round === 0 ? 'moderator' : 'user' }, 'change_other_user'),
    create(n, round) {
      const username = `scaling-${round}-${n}`
      const names = { username, email: `${username}@example.com`, fullName: `${round} Scaling ${n}` }
      return domain.users.create(caller, { ...names, role: 'user', password })
    },
    // A process saves them together.
    async use(n) {
      if (n > 0) return
      const ids = await run<{ id: string }>('select id from sessions order by md5(id::text) limit $1', [calls])
      await domain.store.sessions.noteUses(ids.map(({ id }) => ({ id, at: new Date() })))
    },
  }
  const costs: Partial<Record<Work, Cost>> = {}
  for (const kind of works) {
    const first = await round(0)
    const again = await round(1)
    // What the index of the search has gathered may be written out in either round.
    const [walLeast = 0, walMost = 0] = [first.wal, again.wal].toSorted((one, other) => one - other)
    costs[kind] = { database: again.database, walMost, walLeast, events: again.events }

    async function round(nr: number) {
      if (nr === 0) await run('checkpoint')
      const before = await look()
      for (let n = 0; n < calls; n++) await kinds[kind](n, nr)
      const after = await look()
      return {
        wal: Math.round((after.wal - before.wal) / calls),
        events: (after.events - before.events) / calls,
        database: Math.round(spent(before.times, after.times) / calls),
      }
    }
  }
  return costs as Figures['work']

  async function look() {
    const [row] = await run<{ wal: number; events: number }>(
      `select (pg_current_wal_insert_lsn() - '0/0')::float8 as wal, (select count(*)::float8 from audit_events) as events`,
    )
    return { wal: row?.wal ?? 0, events: row?.events ?? 0, times: await postgres.backendTimes() }
  }
}

/** Everybody comes from another network. */
const origin = (): Origin => ({
  requestId: '01KH58YJCJSD8NFKCTP2D4VM9C',
  address: `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
  userAgent: name,
})
