import type { Boundary, StoredSeal, TrailSource } from '../../domain/audit/trail-source.ts'
import type { Sql } from '../sql/sql.ts'
import { type Row, statement } from '../sql/statement.ts'
import { asMilliseconds, toDate } from '../times.ts'
import { listKeys } from './keys.ts'
import { eventColumns, rootColumns, toRoot, toStoredEvent } from './sealing.ts'

/** Where a verification reads, and the pruning; nothing of it is needed to serve. */
export function createTrailSource(sql: Sql): TrailSource {
  return {
    listKeys: () => sql.run(listKeys({})),
    listRoots: (after, limit) => sql.run(listRoots({ after, limit })),
    listSeals: (after, upTo, limit) => sql.run(listSeals({ after, upTo, limit })),
    findBoundary: () => sql.run(findBoundary({})),
    listStray: (limit) => sql.run(listStray({ limit })),
    listGone: (limit) => sql.run(listGone({ limit })),
    countWaiting: () => sql.run(countWaiting({})),
    findBeyond: () => sql.run(findBeyond({})),
  }
}

const listRoots = statement<{ after: number; limit: number }, ReturnType<typeof toRoot>[]>(
  (knex, { after, limit }) =>
    knex.raw('? limit ?::int', [
      knex('audit_roots').select(rootColumns(knex)).whereRaw('last_number > ?::bigint', [after]).orderBy('last_number'),
      limit,
    ]),
  ({ rows }) => rows.map(toRoot),
)

const listSeals = statement<{ after: number; upTo: number; limit: number }, StoredSeal[]>(
  (knex, { after, upTo, limit }) =>
    knex.raw(
      `select seals.number as seal_number, seals.event_id as seal_event_id, ? , seals.actor_id as seal_actor_id,
         seals.target_id as seal_target_id, seals.action as seal_action, seals.digest as seal_digest, found.*
       from audit_seals as seals left join lateral (
         select ${eventColumns}, count(*) over () as copies from audit_events as events
         where events.id = seals.event_id and events.at = seals.at limit 1
       ) as found on true
       where seals.number > ?::bigint and seals.number <= ?::bigint order by seals.number limit ?::int`,
      [asMilliseconds(knex, 'seals.at', 'seal_at'), after, upTo, limit],
    ),
  ({ rows }) => rows.map(toStoredSeal),
)

const toStoredSeal = (row: Row): StoredSeal => ({
  number: Number(row.seal_number),
  eventId: row.seal_event_id,
  at: toDate(row.seal_at),
  actorId: row.seal_actor_id,
  targetId: row.seal_target_id,
  action: row.seal_action,
  digest: row.seal_digest,
  event: row.id === null ? undefined : toStoredEvent(row),
  copies: Number(row.copies ?? 0),
})

const findBoundary = statement<object, Boundary | undefined>(
  (knex) =>
    knex.raw(
      `select events.id, events.details::text as details,
         (extract(epoch from seals.at) * 1000)::bigint as at
       from audit_seals as seals join audit_events as events on events.id = seals.event_id and events.at = seals.at
       where seals.action = 'audit_pruned' order by seals.number + 0 desc limit 1`,
    ),
  ({ rows: [row] }) => row && readBoundary(row),
)

/** Of details that somebody has changed there is none; that they were changed is found elsewhere. */
function readBoundary({ id, details, at }: Row): Boundary | undefined {
  const { dropped, root, before } = JSON.parse(details) ?? {}
  return { eventId: id, dropped, root, before: new Date(before), at: toDate(at) }
}

const listStray = statement<{ limit: number }, string[]>(
  (knex, { limit }) =>
    knex.raw(
      `select events.id from audit_events as events
       where not exists (select from audit_seals as seals where seals.event_id = events.id and seals.at = events.at)
         and not exists (select from audit_unsealed as unsealed where unsealed.event_id = events.id and unsealed.at = events.at)
       limit ?::int`,
      [limit],
    ),
  ({ rows }) => rows.map(({ id }) => id),
)

const listGone = statement<{ limit: number }, string[]>(
  (knex, { limit }) =>
    knex.raw(
      `select event_id from audit_unsealed as unsealed
       where not exists (select from audit_events as events where events.id = unsealed.event_id and events.at = unsealed.at)
       limit ?::int`,
      [limit],
    ),
  ({ rows }) => rows.map(({ event_id }) => event_id),
)

const countWaiting = statement<object, number>(
  (knex) => knex.raw('select count(*) as waiting from audit_unsealed'),
  ({ rows: [row] }) => Number(row?.waiting),
)

const findBeyond = statement<object, number | undefined>(
  (knex) =>
    knex.raw(
      `select number from audit_seals
       where number > coalesce((select max(last_number) from audit_roots), 0) order by number limit 1`,
    ),
  ({ rows: [row] }) => row && Number(row.number),
)
