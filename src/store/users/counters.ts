import type { Knex } from 'knex'
import { transaction } from '../transaction.ts'

/**
 * Makes the counters equal what is counted, after a restore or whatever came between them and their
 * trigger. The difference is found in one snapshot and added, so that what is written meanwhile
 * stays counted; it goes onto a slot that no writer uses, so none waits. Reads all users: at ten
 * million it takes some seconds, which is no reason to hold anything up.
 *
 * @returns whether anything was wrong; undefined when another instance is at it
 */
export function reconcileCounters(knex: Knex): Promise<boolean | undefined> {
  return transaction(knex, async (tx) => {
    await tx.raw('set local statement_timeout = 0')
    const { rows } = await tx.raw('select pg_try_advisory_xact_lock(?::bigint) as mine', [reconciliationLock])
    if (!rows[0].mine) return undefined
    // Otherwise passed over, as counters that a restore copies in are.
    await tx.raw("set local janus.reconciling = 'on'")
    const { rowCount } = await tx.raw(
      `insert into user_counts as counted (role, status, slot, n)
       select role, status, 32, sum(n)
       from (
         select role, status, count(*) as n from users group by role, status
         union all
         select role, status, -n from user_counts
       ) as difference
       group by role, status having sum(n) <> 0 order by role, status
       on conflict (role, status, slot) do update set n = counted.n + excluded.n`,
    )
    const { rowCount: hours } = await tx.raw(
      `insert into user_hours as counted (hour, slot, n)
       select hour, 8, sum(n)
       from (
         select floor(date_part('epoch', created_at) / 3600)::integer as hour, count(*) as n
         from users where deleted_at is null group by hour
         union all
         select hour, -n from user_hours
       ) as difference
       group by hour having sum(n) <> 0 order by hour
       on conflict (hour, slot) do update set n = counted.n + excluded.n`,
    )
    // The hours are read from now on.
    const { rowCount: first } = await tx.raw(
      'insert into user_hours (hour, slot, n) values (0, -1, 0) on conflict do nothing',
    )
    return rowCount > 0 || (hours > 0 && first === 0)
  })
}

/** An arbitrary number of our own, like that of the migrations. */
const reconciliationLock = '7310872931474'
