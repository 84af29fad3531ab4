import type { Knex } from 'knex'

const tables = ['users', 'sessions', 'refresh_tokens', 'login_failures', 'known_prefixes'] as const

/**
 * What the database holds of users and sessions, but for times, and for hashes of passwords, which
 * are salted anew.
 */
export async function stateOf(knex: Knex): Promise<Record<string, string[]>> {
  const rows = await Promise.all(tables.map((table) => knex(table).select<Record<string, unknown>[]>()))
  return Object.fromEntries(tables.map((table, index) => [table, (rows[index] ?? []).map(timeless).sort()]))
}

function timeless(row: Record<string, unknown>): string {
  const fields = Object.entries(row).filter(([name, value]) => !(value instanceof Date) && name !== 'password_hash')
  return JSON.stringify(fields.map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('hex') : value]))
}
