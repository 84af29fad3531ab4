import type { Knex } from 'knex'
import type { Root, Seal, StoredEvent } from '../../domain/audit/sealing.ts'
import type { AuditStore } from '../../domain/audit/store.ts'
import { type Row, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate } from '../times.ts'

type Sealing = 'isWaiting' | 'lockSealing' | 'takeWaiting' | 'findLastRoot' | 'insertSeals' | 'insertRoot'

/** What the sealer asks for. */
export const sealing: CallsOf<Pick<AuditStore, Sealing>> = {
  isWaiting: () => isWaiting({}),
  lockSealing: () => lockSealing({}),
  takeWaiting: (atMost) => takeWaiting({ atMost }),
  findLastRoot: () => findLastRoot({}),
  insertSeals: (seals) => insertSeals({ rows: JSON.stringify(seals.map(toSealRow)) }),
  insertRoot: (root) => insertRoot({ ...root }),
}

const isWaiting = statement<object, boolean>(
  (knex) => knex.raw('select exists (select from audit_unsealed) as waiting'),
  ({ rows: [row] }) => row?.waiting,
)

// The plan of `takeWaiting` may be older than the month: for the planner, which sees an empty
// partition, to read all of that costs least. (And what it dislikes so much it would compile.)
const lockSealing = statement<object, boolean>(
  (knex) =>
    knex.raw(
      `select pg_try_advisory_xact_lock(?::bigint) as mine,
         set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`,
      [sealingLock],
    ),
  ({ rows: [row] }) => row?.mine,
)

/** An arbitrary number of our own, like that of the migrations. */
export const sealingLock = '7310872931477'

/** The columns of an event as they are sealed. */
export const eventColumns = `events.id, (extract(epoch from events.at) * 1000)::bigint as at, events.action,
  events.actor_id, events.credential_kind, events.credential_id, events.target_id, events.session_id,
  events.changes::text as changes, events.details::text as details, events.address, events.user_agent, events.request_id`

export const toStoredEvent = (row: Row): StoredEvent => ({
  id: row.id,
  at: toDate(row.at),
  action: row.action,
  actorId: row.actor_id,
  credentialKind: row.credential_kind,
  credentialId: row.credential_id,
  targetId: row.target_id,
  sessionId: row.session_id,
  changes: row.changes,
  details: row.details,
  address: row.address,
  userAgent: row.user_agent,
  requestId: row.request_id,
})

/**
 * One whose event is gone keeps its place, for whoever verifies the trail. Each event is looked up by
 * itself, whatever the planner believes of a table that is empty most of the time.
 */
const takeWaiting = statement<{ atMost: number }, StoredEvent[]>(
  (knex, { atMost }) =>
    knex.raw(
      `with waiting as (
         select found.*, unsealed.ctid as place
         from audit_unsealed as unsealed cross join lateral (
           select ${eventColumns} from audit_events as events
           where events.id = unsealed.event_id and events.at = unsealed.at limit 1
         ) as found
         limit ?::int
       ), taken as (
         delete from audit_unsealed where ctid = any(array(select place from waiting))
       )
       select * from waiting order by at, id`,
      [atMost],
    ),
  ({ rows }) => rows.map(toStoredEvent),
)

export const rootColumns = (knex: Knex): (string | Knex.Raw)[] => [
  ...['last_number', 'count', 'late', 'merkle_root', 'previous', 'kid', 'signature'],
  ...['earliest', 'latest', 'at'].map((name) => asMilliseconds(knex, `audit_roots.${name}`)),
]

const findLastRoot = statement<object, Root | undefined>(
  (knex) => knex('audit_roots').select(rootColumns(knex)).orderBy('last_number', 'desc').limit(1),
  ({ rows: [row] }) => row && toRoot(row),
)

export const toRoot = (row: Row): Root => ({
  lastNumber: Number(row.last_number),
  count: row.count,
  earliest: toDate(row.earliest),
  latest: toDate(row.latest),
  late: row.late,
  merkleRoot: row.merkle_root,
  previous: row.previous,
  kid: row.kid,
  at: toDate(row.at),
  signature: row.signature,
})

const toSealRow = ({ number, eventId, at, actorId, targetId, action, digest }: Seal) => ({
  number,
  event_id: eventId,
  at,
  actor_id: actorId,
  target_id: targetId,
  action,
  digest: `\\x${digest.toString('hex')}`,
})

const insertSeals = statement<{ rows: string }, void>(
  (knex, { rows }) =>
    knex.raw('insert into audit_seals select * from json_populate_recordset(null::audit_seals, ?::json)', [rows]),
  () => undefined,
)

const insertRoot = statement<Root, void>(
  (knex, root) =>
    knex('audit_roots').insert({
      last_number: root.lastNumber,
      count: root.count,
      earliest: root.earliest,
      latest: root.latest,
      late: root.late,
      merkle_root: root.merkleRoot,
      previous: root.previous,
      kid: root.kid,
      at: root.at,
      signature: root.signature,
    }),
  () => undefined,
)
