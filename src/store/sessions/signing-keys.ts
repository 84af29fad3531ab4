import type { Knex } from 'knex'
import type { SigningKey, SigningKeyStore } from '../../domain/sessions/store.ts'
import { asMilliseconds, toDate } from '../times.ts'
import { transaction } from '../transaction.ts'

/**
 * Keys that sign access tokens, as the domain hands them over: it decides whether the private half
 * lies encrypted.
 */
export function createSigningKeyStore(knex: Knex): SigningKeyStore {
  return {
    async list() {
      const rows = await knex('signing_keys')
        .select('kid', 'public_key', 'private_key', asMilliseconds(knex, 'signing_keys.created_at'))
        .orderBy([
          { column: 'signing_keys.created_at', order: 'desc' },
          { column: 'kid', order: 'desc' },
        ])
      return rows.map(toSigningKey)
    },

    async insertFirst(key) {
      await transaction(knex, async (tx) => {
        // The lock comes in a statement of its own: the next one then sees what the previous holder
        // has committed.
        await tx.raw('select pg_advisory_xact_lock(?::bigint)', [firstKeyLock])
        await tx.raw(
          `insert into signing_keys (kid, public_key, private_key, created_at)
           select ?, ?, ?, ?::timestamptz where not exists (select from signing_keys)`,
          [key.kid, key.publicKey, key.privateKey, key.createdAt],
        )
      })
    },
  }
}

const firstKeyLock = '7310872931473'

interface SigningKeyRow {
  kid: string
  public_key: string
  private_key: string
  created_at: string
}

const toSigningKey = (row: SigningKeyRow): SigningKey => ({
  kid: row.kid,
  publicKey: row.public_key,
  privateKey: row.private_key,
  createdAt: toDate(row.created_at),
})
