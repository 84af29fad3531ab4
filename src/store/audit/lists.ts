import type { Knex } from 'knex'
import { type AuditFilter, type AuditStore, isCombined, type SealedEvent } from '../../domain/audit/store.ts'
import { type Call, type Row, statement } from '../sql/statement.ts'
import { toDate } from '../times.ts'
import { eventColumns } from './sealing.ts'

type Asked = Parameters<AuditStore['list']>[0]

/** A statement for each set of filters. */
const statements = new Map<string, (asked: Asked) => Call<SealedEvent[]>>()

/** Sealed events, along the index of what is asked for. */
export function list(asked: Asked): Call<SealedEvent[]> {
  const given = (['actorId', 'targetId', 'action', 'from', 'to'] as const).filter((name) => asked[name] !== undefined)
  const shape = given.join()
  let make = statements.get(shape)
  if (!make) {
    make = listing(given)
    statements.set(shape, make)
  }
  return { ...make({ after: 0, ...asked }), heavy: isCombined(asked) }
}

type Condition = Exclude<keyof AuditFilter, 'after'>

const listing = (given: readonly Condition[]) =>
  statement<Asked, SealedEvent[]>(
    (knex, asked) => {
      // By the plain number the planner might follow the index of all events, and pass over all of
      // others: only the indexes of actors, targets and actions have this one.
      const isOne = given.some((name) => name !== 'from' && name !== 'to')
      const number = isOne ? '(seals.number + 0)' : 'seals.number'
      const seals = knex('audit_seals as seals').whereRaw(`${number} > ?::bigint`, [asked.after])
      for (const name of given) {
        const { sql, values } = conditions[name]
        seals.whereRaw(sql.replace('{number}', number), Array<Knex.Value>(values).fill(asked[name]))
      }
      // Each event is looked up by itself: a join might read all of them.
      seals
        .joinRaw(
          `cross join lateral (
             select ${eventColumns} from audit_events as events
             where events.id = seals.event_id and events.at = seals.at limit 1
           ) as found`,
        )
        .select('seals.number', 'found.*')
        .orderByRaw(number)
      return knex.raw('? limit ?::int', [seals, asked.limit])
    },
    ({ rows }) => rows.map(toSealedEvent),
  )

/**
 * Numbers follow the moments of events, but not to the second: so roots say between which numbers a
 * time lies. What comes after a root with a `latest` a minute past the end is later than the end,
 * unless its root is marked as late.
 */
const conditions: Readonly<Record<Condition, { sql: string; values: number }>> = {
  actorId: { sql: 'seals.actor_id = ?::uuid', values: 1 },
  targetId: { sql: 'seals.target_id = ?::uuid', values: 1 },
  action: { sql: 'seals.action = ?', values: 1 },
  from: {
    sql: `seals.at >= ?::timestamptz and {number} > coalesce((
      select last_number from audit_roots where latest < ?::timestamptz order by latest desc, last_number desc limit 1
    ), 0)`,
    values: 2,
  },
  to: {
    sql: `seals.at < ?::timestamptz and {number} <= greatest(coalesce((
      select last_number from audit_roots where latest >= ?::timestamptz + interval '1 minute' order by latest, last_number limit 1
    ), 9223372036854775807), (
      select max(last_number) from audit_roots where late and earliest < ?::timestamptz
    ))`,
    values: 3,
  },
}

function toSealedEvent(row: Row): SealedEvent {
  return {
    number: Number(row.number),
    id: row.id,
    at: toDate(row.at),
    action: row.action,
    actorId: row.actor_id,
    credential: { kind: row.credential_kind, id: row.credential_id },
    targetId: row.target_id,
    sessionId: row.session_id,
    changes: JSON.parse(row.changes),
    details: JSON.parse(row.details),
    address: row.address,
    userAgent: row.user_agent,
    requestId: row.request_id,
  }
}
