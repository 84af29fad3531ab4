import type { AuditEvent } from '../../domain/audit/event.ts'
import type { AuditStore } from '../../domain/audit/store.ts'
import { type Call, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { list } from './lists.ts'
import { sealing } from './sealing.ts'
import { keepingTables } from './tables.ts'

export function createAuditStore(): CallsOf<AuditStore> {
  return { insert, list, ...sealing, ...keepingTables }
}

/** In one statement, with their places in the sealer's queue: neither is there without the other. */
function insert(events: readonly AuditEvent[]): Call<void> {
  const [first, ...more] = events
  return first && more.length === 0 ? insertOne(toRow(first)) : insertAll({ rows: toRows(events) })
}

const toRow = ({
  actorId,
  credential,
  changes,
  details,
  targetId,
  sessionId,
  userAgent,
  requestId,
  ...event
}: AuditEvent) => ({
  ...event,
  changes: changes && JSON.stringify(changes),
  details: details && JSON.stringify(details),
  actor_id: actorId,
  credential_kind: credential.kind,
  credential_id: credential.id,
  target_id: targetId,
  session_id: sessionId,
  user_agent: userAgent,
  request_id: requestId,
})

type Row = ReturnType<typeof toRow>

/** The columns with their types. */
const columns: Readonly<Record<keyof Row, string>> = {
  id: 'uuid',
  at: 'timestamptz',
  action: 'text',
  actor_id: 'uuid',
  credential_kind: 'text',
  credential_id: 'uuid',
  target_id: 'uuid',
  session_id: 'uuid',
  changes: 'json',
  details: 'json',
  address: 'text',
  user_agent: 'text',
  request_id: 'text',
}
const names = Object.keys(columns) as (keyof Row)[]

/** Most decisions have one event: with plain values it costs the server a quarter less. */
const insertOne = statement<Row, void>(
  (knex, row) =>
    knex.raw(
      `with written as (
         insert into audit_events (${names.join(', ')}) values (${names.map((name) => `?::${columns[name]}`).join(', ')})
       )
       insert into audit_unsealed (event_id, at) values (?::uuid, ?::timestamptz)`,
      [...names.map((name) => row[name]), row.id, row.at],
    ),
  () => undefined,
)

/** Events as JSON, by the columns of their table. */
export const toRows = (events: readonly AuditEvent[]): string => JSON.stringify(events.map(toRow))

export const insertText = `with given as (
    select * from json_to_recordset(?::json) as given (${names
      .map((name) => `${name} ${columns[name]}`)
      .join(', ')
      .replace(/(changes|details) json/g, '$1 text')})
  ), written as (
    insert into audit_events (${names.join(', ')}) select ${names.map((name) => (columns[name] === 'json' ? `${name}::json` : name)).join(', ')} from given
  )
  insert into audit_unsealed (event_id, at) select id, at from given`

const insertAll = statement<{ rows: string }, void>(
  (knex, { rows }) => knex.raw(insertText, [rows]),
  () => undefined,
)
