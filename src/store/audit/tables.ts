import type { AuditStore } from '../../domain/audit/store.ts'
import { statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'

/** What the tables of the trail need. */
export const keepingTables: CallsOf<Pick<AuditStore, 'makePartitions' | 'isOwner'>> = {
  makePartitions: (moment) => makePartitions({ moment }),
  isOwner: () => isOwner({}),
}

const makePartitions = statement<{ moment: Date }, void>(
  (knex, { moment }) => knex.raw('select make_audit_partitions(?::timestamptz)', [moment]),
  () => undefined,
)

// True for a superuser too.
const isOwner = statement<object, boolean>(
  (knex) =>
    knex.raw(`select pg_has_role(relowner, 'member') as owns from pg_class where oid = to_regclass('audit_events')`),
  ({ rows: [row] }) => row?.owns,
)
