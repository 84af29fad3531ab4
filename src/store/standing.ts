import type { Judged } from '../domain/store.ts'
import type { Sql } from './sql/sql.ts'
import { builder, type Call, statement } from './sql/statement.ts'
import { columns } from './users/user-rows.ts'

/**
 * Makes the writes if what was judged still stands, all in one round trip and one transaction. Rows
 * are locked in the order of their ids: two who change each other would otherwise each hold what
 * the other waits for. The caller's is only held against changes, so that one who writes much does
 * not stand in their own way. What stands is looked at by a statement of its own: it sees what
 * those have left whom the locks were waited for.
 *
 * @returns whether they were made
 */
export async function standing(
  sql: Sql,
  { sessionId, caller, target }: Judged,
  writes: readonly Call<unknown>[],
): Promise<boolean> {
  const locks = new Map([[caller.id, hold({ id: caller.id })]])
  if (target) locks.set(target.id, lock({ id: target.id }))
  const inOrder = [...locks].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, call]) => call)
  const stands = [callerStands({ sessionId, id: caller.id, role: caller.role, status: caller.status })]
  if (target) stands.push(isUnchanged(target))
  try {
    await sql.batch([...inOrder, ...stands, ...writes])
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === changed) return false
    throw error
  }
}

/** Of class `JA`, which no standard and no PostgreSQL uses (SQL:2016, 24.1). */
const changed = 'JA001'

const nothing = () => undefined
const live = (id: unknown) =>
  builder('users')
    .where('users.id', id as string)
    .whereNull('users.deleted_at')

const hold = statement<{ id: string }, void>((knex, { id }) => live(id).select(knex.raw('1')).forShare(), nothing)
const lock = statement<{ id: string }, void>((knex, { id }) => live(id).select(knex.raw('1')).forNoKeyUpdate(), nothing)

const callerStands = statement<{ sessionId: string; id: string; role: string; status: string }, void>(
  (knex, { sessionId, id, role, status }) =>
    knex.select(
      knex.raw('refuse_unless(exists (?))', [
        live(id)
          .where({ role, status })
          .join('sessions', 'sessions.user_id', 'users.id')
          .where('sessions.id', sessionId)
          .select(knex.raw('1')),
      ]),
    ),
  nothing,
)

/** Every field, so that whatever a decision has looked at is still so. */
const isUnchanged = statement<Judged['caller'], void>(
  (knex, user) =>
    knex.select(
      knex.raw('refuse_unless(exists (?))', [
        Object.entries(columns).reduce(
          (query, [field, { column }]) =>
            query.whereRaw('?? is not distinct from ?', [`users.${column}`, user[field as keyof typeof user]]),
          live(user.id).select(knex.raw('1')),
        ),
      ]),
    ),
  nothing,
)
