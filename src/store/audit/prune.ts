import type { Knex } from 'knex'
import { type AuditEvent, auditEvent } from '../../domain/audit/event.ts'
import { hashOf } from '../../domain/audit/sealing.ts'
import { transaction } from '../transaction.ts'
import { insertText, toRows } from './events.ts'
import { rootColumns, sealingLock, toRoot } from './sealing.ts'

export interface Pruned {
  /** The last event that was dropped. */
  readonly dropped: number
  readonly partitions: readonly string[]
}

/**
 * Drops what is older than a moment, month by month, and leaves the root that vouched for the last
 * of it: an event says so, and is sealed as every other, so that a verification can begin there.
 * Nothing is dropped that waits for its seal.
 *
 * @param knex as the owner of the tables; others are refused
 * @param before where a month begins (UTC)
 * @returns `unsealed` where some of it has no seal, which a verification names
 */
export function pruneTrail(
  knex: Knex,
  before: Date,
  newId: () => string,
  now: Date,
): Promise<Pruned | 'nothing' | 'unsealed'> {
  return transaction(knex, async (tx) => {
    await tx.raw('select pg_advisory_xact_lock(?::bigint)', [sealingLock])
    // Lists lock them in this order: in another, one of both would end in a deadlock.
    await tx.raw('lock table audit_seals, audit_events in access exclusive mode')
    const { rows: unsealed } = await tx.raw(
      `select exists (
         select from audit_events as events where at < ? and not exists (
           select from audit_seals as seals where seals.event_id = events.id and seals.at = events.at
         )
       ) as any`,
      [before],
    )
    if (unsealed[0].any) return 'unsealed'
    const { rows: kept } = await tx.raw('select min(number) as number from audit_seals where at >= ?', [before])
    const [row] = await tx('audit_roots')
      .select(rootColumns(tx))
      .modify((roots) => {
        if (kept[0].number !== null) roots.where('last_number', '<', kept[0].number)
      })
      .orderBy('last_number', 'desc')
      .limit(1)
    if (!row) return 'nothing'
    const root = toRoot(row)
    const partitions = await partitionsBefore(tx, before)
    const { rows: rest } = await tx.raw(
      'select exists (select from audit_seals_other where at < ? and number <= ?) as any',
      [before, root.lastNumber],
    )
    if (partitions.length === 0 && !rest[0].any) return 'nothing'
    await drop(tx, partitions, before, root.lastNumber)
    const details = { dropped: root.lastNumber, root: hashOf(root).toString('hex'), before: before.toISOString() }
    await insert(tx, { event: 'audit_pruned', ...details }, newId(), now)
    return { dropped: root.lastNumber, partitions }
  })
}

/** Those of which everything is older. */
async function partitionsBefore(tx: Knex, before: Date): Promise<string[]> {
  const { rows } = await tx.raw(
    `select part.relname as name
     from pg_inherits join pg_class as part on part.oid = inhrelid
     where inhparent in ('audit_events'::regclass, 'audit_seals'::regclass)
       and substring(pg_get_expr(relpartbound, part.oid) from $$TO \\('([^']+)'\\)$$)::timestamptz <= ?
     order by name`,
    [before],
  )
  return rows.map(({ name }: { name: string }) => name)
}

/** Seals beyond the root stay: it takes all that a root vouches for to prove any of it. */
async function drop(tx: Knex, partitions: readonly string[], before: Date, last: number): Promise<void> {
  await tx.raw(
    'create temporary table kept_seals on commit drop as select * from audit_seals where at < ? and number > ?',
    [before, last],
  )
  for (const name of partitions) await tx.raw('drop table ??', [name])
  for (const table of ['audit_events_other', 'audit_seals_other', 'audit_roots'])
    await tx.raw('alter table ?? disable trigger audit_append_only', [table])
  await tx.raw('delete from audit_events_other where at < ?', [before])
  await tx.raw('delete from audit_seals_other where at < ?', [before])
  await tx.raw('delete from audit_roots where last_number < ?', [last])
  await tx.raw('insert into audit_seals select * from kept_seals')
  for (const table of ['audit_events_other', 'audit_seals_other', 'audit_roots'])
    await tx.raw('alter table ?? enable trigger audit_append_only', [table])
}

async function insert(tx: Knex, details: Parameters<typeof auditEvent>[1], id: string, at: Date): Promise<void> {
  const by = { requestId: 'audit-prune', address: '', userAgent: undefined, operator: true } as const
  const event: AuditEvent = auditEvent(id, details, by, { ...by, callerId: null, userAgent: null, at })
  await tx.raw(insertText, [toRows([event])])
}

/**
 * From where on events are kept: the beginning of the month (UTC) in which the oldest day lies.
 *
 * @param days how many at least
 */
export function keptFrom(now: Date, days: number): Date {
  const oldest = new Date(now.getTime() - days * 86_400_000)
  return new Date(Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth()))
}
