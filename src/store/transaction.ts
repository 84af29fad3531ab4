import type { Knex } from 'knex'

/**
 * Runs `work` in one transaction (the one that is open, if one is), in which each statement sees
 * what was committed before it: whoever has waited for a lock must see what its holder has left,
 * also on a database whose `default_transaction_isolation` is another.
 */
export function transaction<T>(knex: Knex, work: (tx: Knex.Transaction) => Promise<T>): Promise<T> {
  if (knex.isTransaction) return work(knex as Knex.Transaction)
  return knex.transaction(work, { isolationLevel: 'read committed' })
}
