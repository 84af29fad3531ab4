import type { Knex } from 'knex'
import type { Session, SessionStore, ShownSession } from '../../domain/sessions/store.ts'
import type { User } from '../../domain/users/user.ts'
import { type Answer, type Row, statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate, toDateOrNull } from '../times.ts'
import { liveUsers, toUser, userColumns } from '../users/user-rows.ts'
import { refreshTokens } from './refresh-tokens.ts'
import { keyEpoch } from './signing-keys.ts'

export function createSessionStore(): CallsOf<SessionStore> {
  return {
    insert,
    find: (id) => find({ id }),
    listOf: (userId) => listOf({ userId }),
    usedLongestAgo: (userId, count) => usedLongestAgo({ userId, count }),
    noteUses: (uses) => noteUses({ ids: uses.map(({ id }) => id), moments: uses.map(({ at }) => at.toISOString()) }),
    noteWrite: (id, at) => noteWrite({ id, at }),
    findByRefreshToken: (hash) => findByRefreshToken({ hash }),
    lock: (id) => lock({ id }),
    ...refreshTokens,
    confirm: (id, step) => confirm({ id, step }),
    remove: (id) => remove({ id }),
    removeAllOf: (userId) => removeAllOf({ userId }),
    removeOf: (userId, id) => removeOf({ userId, id }),
    removeOthersOf: (userId, id) => removeOthersOf({ userId, id }),
    removeExpired: (moment) => removeExpired({ moment }),
  }
}

const nothing = () => undefined

const insert = statement<Parameters<SessionStore['insert']>[0], void>(
  (knex, { id, userId, createdAt, expiresAt, address, userAgent }) =>
    knex('sessions').insert({
      id,
      user_id: userId,
      created_at: createdAt,
      last_used_at: createdAt,
      expires_at: expiresAt,
      address,
      user_agent: userAgent,
    }),
  nothing,
)

/** What is read of a session; its id, which a join has twice, apart. */
const sessionColumns = (knex: Knex) => [
  'sessions.user_id',
  'sessions.step',
  'sessions.confirmed_step',
  asMilliseconds(knex, 'sessions.created_at', 'session_created_at'),
  asMilliseconds(knex, 'sessions.last_used_at'),
  asMilliseconds(knex, 'sessions.wrote_at'),
]

const find = statement<{ id: string }, { session: Session; user: User; keyEpoch: number } | undefined>(
  (knex, { id }) =>
    liveUsers(knex)
      .join('sessions', 'sessions.user_id', 'users.id')
      .where('sessions.id', id)
      .first('sessions.id as session_id', keyEpoch(knex), ...sessionColumns(knex), ...userColumns(knex)),
  ({ rows: [row] }) => row && { session: toSession(row), user: toUser(row), keyEpoch: row.key_epoch },
)

const listOf = statement<{ userId: string }, ShownSession[]>(
  (knex, { userId }) =>
    knex('sessions')
      .where('user_id', userId)
      .select('sessions.id as session_id', 'address', 'user_agent', ...sessionColumns(knex))
      .orderBy([
        { column: 'sessions.last_used_at', order: 'desc' },
        { column: 'sessions.id', order: 'desc' },
      ]),
  ({ rows }) => rows.map(toShownSession),
)

const usedLongestAgo = statement<{ userId: string; count: number }, Pick<Session, 'id' | 'createdAt' | 'lastUsedAt'>[]>(
  (knex, { userId, count }) =>
    knex.raw('select id, ?, ? from sessions where user_id = ? order by sessions.last_used_at, id limit ?::int', [
      asMilliseconds(knex, 'sessions.created_at'),
      asMilliseconds(knex, 'sessions.last_used_at'),
      userId,
      count,
    ]),
  ({ rows }) =>
    rows.map((row) => ({ id: row.id, createdAt: toDate(row.created_at), lastUsedAt: toDate(row.last_used_at) })),
)

// It waits for no row, and so for nobody who waits for one of those that it holds: what is locked
// is about to be ended, or to be used anew.
const noteUses = statement<{ ids: readonly string[]; moments: readonly string[] }, void>(
  (knex, { ids, moments }) =>
    knex.raw(
      `with held as (
         select sessions.id, used.at from sessions
         join unnest(?::uuid[], ?::timestamptz[]) as used (id, at) on used.id = sessions.id
         where sessions.last_used_at < used.at
         for no key update of sessions skip locked
       )
       update sessions set last_used_at = held.at from held where sessions.id = held.id`,
      [ids, moments],
    ),
  nothing,
)

// Once a second is enough, however much it writes.
const noteWrite = statement<{ id: string; at: Date }, void>(
  (knex, { id, at }) =>
    knex.raw(
      `update sessions set wrote_at = ?::timestamptz
       where id = ? and (wrote_at is null or wrote_at < ?::timestamptz - interval '1 second')`,
      [at, id, at],
    ),
  nothing,
)

const findByRefreshToken = statement<{ hash: Buffer }, Session | undefined>(
  (knex, { hash }) =>
    knex('sessions')
      .join('refresh_tokens', 'refresh_tokens.session_id', 'sessions.id')
      .where('refresh_tokens.hash', hash)
      .first('sessions.id as session_id', ...sessionColumns(knex)),
  toSessionOrNone,
)

const lock = statement<{ id: string }, Session | undefined>(
  (knex, { id }) =>
    knex('sessions')
      .where({ id })
      .first('sessions.id as session_id', ...sessionColumns(knex))
      .forUpdate(),
  toSessionOrNone,
)

const confirm = statement<{ id: string; step: number }, void>(
  (knex, { id, step }) =>
    knex('sessions').where({ id }).where('confirmed_step', '<', step).update({ confirmed_step: step }),
  nothing,
)

const remove = statement<{ id: string }, void>((knex, { id }) => knex('sessions').where({ id }).delete(), nothing)

const removeAllOf = statement<{ userId: string }, void>(
  (knex, { userId }) => knex('sessions').where({ user_id: userId }).delete(),
  nothing,
)

const removeOf = statement<{ userId: string; id: string }, boolean>(
  (knex, { userId, id }) => knex('sessions').where({ id, user_id: userId }).delete(),
  ({ count }) => count > 0,
)

const removeOthersOf = statement<{ userId: string; id: string }, void>(
  (knex, { userId, id }) => knex('sessions').where({ user_id: userId }).whereNot('id', id).delete(),
  nothing,
)

const removeExpired = statement<{ moment: Date }, void>((knex, { moment }) => {
  // A few at a time, and none that somebody else is at: a login must not wait for this.
  const expired = knex('sessions').where('expires_at', '<', moment).limit(20).forUpdate().skipLocked().select('id')
  return knex('sessions').whereIn('id', expired).delete()
}, nothing)

function toSessionOrNone({ rows: [row] }: Answer): Session | undefined {
  return row && toSession(row)
}

const toSession = (row: Row): Session => ({
  id: row.session_id,
  userId: row.user_id,
  step: row.step,
  confirmedStep: row.confirmed_step,
  createdAt: toDate(row.session_created_at),
  lastUsedAt: toDate(row.last_used_at),
  wroteAt: toDateOrNull(row.wrote_at),
})

const toShownSession = (row: Row): ShownSession => ({
  id: row.session_id,
  createdAt: toDate(row.session_created_at),
  lastUsedAt: toDate(row.last_used_at),
  address: row.address,
  userAgent: row.user_agent,
})
