import type { Knex } from 'knex'

/**
 * The two digits of a bcrypt hash that tell its cost; null for anything else. The collation is
 * named, so that what is a digit, and the order, are the same on every database. In Knex's
 * spelling, to which a bare question mark is a placeholder. Who asks by it has to use this very
 * expression, or the planner will not know the index for it.
 */
export const hashCost = String.raw`substring(password_hash collate "C" from '^(\?:bcrypt-hmac-sha384)\?[$]2[aby][$]([0-9]{2})[$][./A-Za-z0-9]{53}$')`

/**
 * Finds the dearest password hash without reading the users: a failed login costs as much, whoever
 * is asked for.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index users_hash_cost on users ((${hashCost})) where deleted_at is null`)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index users_hash_cost')
}
