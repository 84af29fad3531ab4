import type { Database } from '../../src/store/database.ts'
import { freshDatabase, open } from '../support/database.ts'

/** A database of twenty thousand users, and a connection that avoids reading all of a table. */
export async function manyUsers(): Promise<{ database: Database; close(): Promise<void> }> {
  const home = await freshDatabase()
  const database = open(home.connection, { dbPoolMax: 1, dbStatementTimeoutMs: 60_000 })
  await database.knex.raw(`
    insert into users (id, username, email, full_name, role, status, can_write, created_at, updated_at, deleted_at)
    select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'user-' || md5(n::text),
           md5((n * 7)::text) || '@example.com', case when n % 50 = 0 then '新用户' || n else md5((n * 3)::text) end,
           case when n % 100 = 0 then 'manager' when n % 1000 = 1 then 'admin' else 'user' end,
           case when n % 20 = 0 then 'deleted' when n % 21 = 0 then 'suspended' else 'active' end,
           true, '2026-01-01'::timestamptz + n * interval '1 s', now(), case when n % 20 = 0 then now() end
    from generate_series(1, 20000) n;
    update users set search_grams = search_grams(search_text)`)
  // An index-only scan needs the visibility map, and a plan the statistics; a server at work does
  // both by itself.
  await database.knex.raw('vacuum analyze users')
  // The table is small and all of it in memory: at times a scan or a sort is really cheaper here,
  // though not on a million users.
  await database.knex.raw('set enable_seqscan = off')
  const close = async () => {
    await database.close()
    await home.close()
  }
  return { database, close }
}
