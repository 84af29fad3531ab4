import type { AuditEvent } from '../../domain/audit/event.ts'
import type { AuditStore } from '../../domain/audit/store.ts'
import { statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { list } from './lists.ts'
import { sealing } from './sealing.ts'
import { keepingTables } from './tables.ts'

export function createAuditStore(): CallsOf<AuditStore> {
  return { insert: (events) => insert({ rows: toRows(events) }), list, ...sealing, ...keepingTables }
}

const toRow = ({ actorId, credential, targetId, sessionId, userAgent, requestId, ...event }: AuditEvent) => ({
  ...event,
  actor_id: actorId,
  credential_kind: credential.kind,
  credential_id: credential.id,
  target_id: targetId,
  session_id: sessionId,
  user_agent: userAgent,
  request_id: requestId,
})

/** Events as JSON, by the columns of their table. */
export const toRows = (events: readonly AuditEvent[]): string => JSON.stringify(events.map(toRow))

/** In one statement with their places in the sealer's queue: neither is there without the other. */
export const insertText = `with written as (
    insert into audit_events select * from json_populate_recordset(null::audit_events, ?::json) returning id, at
  )
  insert into audit_unsealed (event_id, at) select id, at from written`

const insert = statement<{ rows: string }, void>(
  (knex, { rows }) => knex.raw(insertText, [rows]),
  () => undefined,
)
