import type { AuditKeyStore } from '../../domain/audit/store.ts'
import type { StoredKey } from '../../domain/sessions/store.ts'
import { inTurn, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate } from '../times.ts'

/** Keys that sign the roots of the audit trail. */
export function createAuditKeyStore(): CallsOf<AuditKeyStore> {
  return {
    list: () => listKeys({}),
    // As of `signing_keys`: the statement after the lock sees what its holder has committed.
    insertFirst: (key) => inTurn(lockFirst({}), insertFirst(key)),
  }
}

/** The newest first. */
export const listKeys = statement<object, StoredKey[]>(
  (knex) =>
    knex('audit_keys')
      .select('kid', 'public_key', 'private_key', asMilliseconds(knex, 'audit_keys.created_at'))
      .orderByRaw('audit_keys.created_at desc, kid desc'),
  ({ rows }) =>
    rows.map((row) => ({
      kid: row.kid,
      publicKey: row.public_key,
      privateKey: row.private_key,
      createdAt: toDate(row.created_at),
    })),
)

const lockFirst = statement<object, void>(
  (knex) => knex.raw('select pg_advisory_xact_lock(?::bigint)', [firstKeyLock]),
  () => undefined,
)

const insertFirst = statement<StoredKey, void>(
  (knex, { kid, publicKey, privateKey, createdAt }) =>
    knex.raw(
      `insert into audit_keys (kid, public_key, private_key, created_at)
       select ?, ?, ?, ?::timestamptz where not exists (select from audit_keys)`,
      [kid, publicKey, privateKey, createdAt],
    ),
  () => undefined,
)

const firstKeyLock = '7310872931478'
