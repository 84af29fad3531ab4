import type { Knex } from 'knex'

/**
 * Had an index that finds the dearest password hash without reading the users: a failed login costs
 * as much, whoever is asked for. `users_by_hash_cost` has come in its place.
 */
export async function up(knex: Knex): Promise<void> {
  // First of all, and in the strongest mode that this and the migrations after it need: processes
  // of the version before are writing. They lock users and then user_counts; whoever locks in
  // another order, or less at first and more later, meets them in a deadlock.
  await knex.raw('lock table users in access exclusive mode')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index if exists users_hash_cost')
}
