import type { Knex } from 'knex'
import { createUnlessUsed } from '../late-indexes.ts'

/**
 * Finds the dearest password hash without reading the users: a failed login costs as much, whoever
 * is asked for. On a database with users the index is built beside serving.
 */
export async function up(knex: Knex): Promise<void> {
  // First of all, and in the strongest mode that this and the migrations after it need: processes
  // of the version before are writing. They lock users and then user_counts; whoever locks in
  // another order, or less at first and more later, meets them in a deadlock.
  await knex.raw('lock table users in access exclusive mode')
  await createUnlessUsed(knex, 'users_hash_cost')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index if exists users_hash_cost')
}
