import type { SigningKey, SigningKeyStore } from '../../domain/sessions/store.ts'
import { inTurn, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate } from '../times.ts'

/**
 * Keys that sign access tokens, as the domain hands them over: it decides whether the private half
 * lies encrypted.
 */
export function createSigningKeyStore(): CallsOf<SigningKeyStore> {
  return {
    list: () => list({}),
    // The lock comes in a statement of its own: the next one then sees what the previous holder has
    // committed.
    insertFirst: (key) => inTurn(lockFirst({}), insertFirst(key)),
  }
}

const list = statement<object, SigningKey[]>(
  (knex) =>
    knex('signing_keys')
      .select('kid', 'public_key', 'private_key', asMilliseconds(knex, 'signing_keys.created_at'))
      .orderBy([
        { column: 'signing_keys.created_at', order: 'desc' },
        { column: 'kid', order: 'desc' },
      ]),
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

const insertFirst = statement<SigningKey, void>(
  (knex, { kid, publicKey, privateKey, createdAt }) =>
    knex.raw(
      `insert into signing_keys (kid, public_key, private_key, created_at)
       select ?, ?, ?, ?::timestamptz where not exists (select from signing_keys)`,
      [kid, publicKey, privateKey, createdAt],
    ),
  () => undefined,
)

const firstKeyLock = '7310872931473'
