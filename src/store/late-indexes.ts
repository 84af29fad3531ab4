import type { Knex } from 'knex'
import { transaction } from './transaction.ts'

/**
 * The two digits of a bcrypt hash that are its cost; null for most that is anything else. The
 * collation is named, so that the order is the same on every database. A query by it has to use
 * this very expression, or the planner will not know the index for it. What follows the cost is not
 * looked at, and what it looks for is no regular expression: that would make this the dearest of
 * all indexes to write.
 */
export const hashCost = `case
  when password_hash collate "C" like '$2_$__$%' then substr(password_hash collate "C", 5, 2)
  when password_hash collate "C" like 'bcrypt-hmac-sha384$2_$__$%' then substr(password_hash collate "C", 23, 2)
end`

/**
 * What a search looks for together with the text. The collation is named, so that a key of the
 * index is compared byte by byte.
 */
export const roleAndStatus = `array[role collate "C", status collate "C"]`

const lower = (column: 'username' | 'email') => `lower(${column} collate "C")`

/** Indexes that came when there were users already, in the order in which they are needed. */
const lateIndexes = {
  users_by_hash_cost: `users ((${hashCost})) where deleted_at is null`,
  users_search_keyless: 'users (id) where search_keys is null',
  users_search: `users using gin (search_keys, (${roleAndStatus})) where deleted_at is null`,
  users_search_deleted: `users using gin (search_keys, (${roleAndStatus})) where deleted_at is not null`,
  users_by_id: 'users (role, status, id) where deleted_at is null',
  users_by_creation: 'users (role, status, created_at, id) where deleted_at is null',
  users_by_username: `users (role, status, ${lower('username')}, id) include (username) where deleted_at is null`,
  users_by_email: `users (role, status, ${lower('email')}, id) include (email) where deleted_at is null`,
  users_deleted_by_id: 'users (role, id) where deleted_at is not null',
  users_deleted_by_creation: 'users (role, created_at, id) where deleted_at is not null',
  users_deleted_by_username: `users (role, ${lower('username')}, id) include (username) where deleted_at is not null`,
  users_deleted_by_email: `users (role, ${lower('email')}, id) include (email) where deleted_at is not null`,
} as const

export type LateIndex = keyof typeof lateIndexes

/** Those that came in the place of others. */
export const replacingIndexes = [
  'users_by_hash_cost',
  'users_by_id',
  'users_by_creation',
  'users_by_username',
  'users_by_email',
  'users_deleted_by_id',
  'users_deleted_by_creation',
  'users_deleted_by_username',
  'users_deleted_by_email',
] as const satisfies LateIndex[]

/** What is of no use any more once every late index is there. */
const replacedIndexes = [
  'users_hash_cost',
  'users_newest_by_role',
  'users_newest_by_status',
  'users_newest_deleted',
  'users_in_role',
  'users_in_status',
]

/** For a migration of tables that nobody uses. */
export async function dropReplaced(tx: Knex): Promise<void> {
  await tx.raw(`drop index if exists ${replacedIndexes.join(', ')}`)
}

/**
 * Whether the index is there and whole, as SQL: looked up once for a query, before it reads
 * anything. Null where it is not there.
 */
export const isWhole = (name: LateIndex): string =>
  `(select indisvalid from pg_index where indexrelid = to_regclass('${name}'))`

/**
 * For a migration: makes these indexes at once if there are no users. Otherwise they are left to
 * `buildIndexes`, since a migration would lock every writer out for as long as it builds.
 *
 * @returns whether there are users
 */
export async function createUnlessUsed(tx: Knex, ...names: LateIndex[]): Promise<boolean> {
  const { rows } = await tx.raw('select exists (select from users) as used')
  if (!rows[0].used) for (const name of names) await tx.raw(`create index ${name} on ${lateIndexes[name]}`)
  return rows[0].used
}

/**
 * Builds the late indexes that are missing, and those that somebody was interrupted in building,
 * while everyone reads and writes; drops what they replace when all are there. Where another
 * session is at it they are left to it.
 *
 * @param patient without limits of time, with two connections at least: one builds, outside of a
 *   transaction; the other holds the lock that keeps instances from building at once, which
 *   Postgres would see as a deadlock
 * @param onBegin is called with what is missing, if there are users
 */
export async function buildIndexes(
  patient: Knex,
  signal: AbortSignal,
  onBegin = (_names: string[]): void => {},
): Promise<void> {
  const names = Object.keys(lateIndexes) as LateIndex[]
  if ((await missingOf(patient, names)).length === 0 && (await left(patient)).length === 0) return
  // Where the pooler refuses timeouts, this one may be set for the role.
  await transaction(patient, async (tx) => {
    await tx.raw('set local idle_in_transaction_session_timeout = 0')
    // Without parameters: with them its snapshot would be held until the next statement, and the
    // building would wait for that.
    const { rows } = await tx.raw(`select pg_try_advisory_xact_lock(${buildingLock}) as mine`)
    if (!rows[0].mine) return
    const missing = await missingOf(patient, names)
    const { rows: used } = await patient.raw('select exists (select from users) as used')
    if (used[0].used && missing.length > 0 && !(await isBuilding(patient))) onBegin(missing)
    for (const name of missing) {
      // By hand, or left over by an instance that was killed: its server goes on.
      if (signal.aborted || (await isBuilding(patient))) return
      await untilAborted(build(patient, name), signal, () => cancel(tx, name))
    }
    for (const name of await left(patient)) {
      if (signal.aborted) return
      await patient.raw(drop(name))
    }
  })
}

/** What `buildIndexes` would do, each to be run by itself, outside of a transaction. */
export async function lateStatements(knex: Knex): Promise<string[]> {
  const missing = await missingOf(knex, Object.keys(lateIndexes) as LateIndex[])
  return [
    ...missing.flatMap((name) => [drop(name), create(name)]),
    ...(missing.length > 0 ? replacedIndexes : await left(knex)).map(drop),
  ]
}

const drop = (name: string) => `drop index concurrently if exists ${name}`
const create = (name: LateIndex) => `create index concurrently if not exists ${name} on ${lateIndexes[name]}`

async function missingOf(knex: Knex, names: LateIndex[]): Promise<LateIndex[]> {
  const { rows } = await knex.raw(`select ${names.map((name) => `${isWhole(name)} as ${name}`).join(', ')}`)
  return names.filter((name) => !rows[0][name])
}

/** Of the replaced ones, those that are still there. */
async function left(knex: Knex): Promise<string[]> {
  const { rows } = await knex.raw(`select name from unnest(?::text[]) as name where to_regclass(name) is not null`, [
    replacedIndexes,
  ])
  return rows.map(({ name }: { name: string }) => name)
}

const building = `pg_stat_progress_create_index
  where relid = 'users'::regclass and datname = current_database()`

async function isBuilding(knex: Knex): Promise<boolean> {
  const { rows } = await knex.raw(`select exists (select from ${building}) as building`)
  return rows[0].building
}

/**
 * Both statements wait, without a limit, until every transaction that is older has ended. Nobody
 * waits for them meanwhile but who changes the table itself (SHARE UPDATE EXCLUSIVE): a migration,
 * which asks again and again, and a vacuum.
 */
async function build(knex: Knex, name: LateIndex): Promise<void> {
  try {
    // What is there now is not whole, and nobody is at it.
    await knex.raw(drop(name))
    await knex.raw(create(name))
  } catch (error) {
    if (!madeMeanwhile.test(String((error as { code?: unknown }).code))) throw error
  }
}

/** Somebody has made an index of this name in the same moment. */
const madeMeanwhile = /^(23505|42P07)$/

async function untilAborted(work: Promise<void>, signal: AbortSignal, end: () => Promise<unknown>): Promise<void> {
  const onAbort = () => void end().catch(() => {})
  signal.addEventListener('abort', onAbort, { once: true })
  await work.finally(() => signal.removeEventListener('abort', onAbort))
}

/** What is left of the index is rebuilt by the next one. */
const cancel = (knex: Knex, name: LateIndex) =>
  knex.raw(`select pg_cancel_backend(pid) from ${building} and index_relid = to_regclass('${name}')`)

/** An arbitrary number of our own, like that of the migrations. */
const buildingLock = '7310872931475'
