import type { Knex } from 'knex'
import type { RefreshToken, Session, SessionStore } from '../../domain/sessions/store.ts'
import { asMilliseconds, toDate, toDateOrNull } from '../times.ts'
import { liveUsers, toUser, userColumns } from '../users/user-rows.ts'

export function createSessionStore(knex: Knex): SessionStore {
  return {
    async insert({ id, userId, createdAt, expiresAt }) {
      await knex('sessions').insert({ id, user_id: userId, created_at: createdAt, expires_at: expiresAt })
    },

    async find(id) {
      const row = await liveUsers(knex)
        .join('sessions', 'sessions.user_id', 'users.id')
        .where('sessions.id', id)
        .first('sessions.id as session_id', 'sessions.step', 'sessions.confirmed_step', ...userColumns(knex))
      return row && { session: toSession({ ...row, id: row.session_id, user_id: row.id }), user: toUser(row) }
    },

    async findByRefreshToken(hash) {
      const row = await knex('sessions')
        .join('refresh_tokens', 'refresh_tokens.session_id', 'sessions.id')
        .where('refresh_tokens.hash', hash)
        .first('sessions.id', 'sessions.user_id', 'sessions.step', 'sessions.confirmed_step')
      return row && toSession(row)
    },

    async lock(id) {
      const row = await knex('sessions').where({ id }).first('id', 'user_id', 'step', 'confirmed_step').forUpdate()
      return row && toSession(row)
    },

    async findRefreshToken(hash) {
      const row = await knex('refresh_tokens')
        .where({ hash })
        .first(
          'hash',
          'session_id',
          'step',
          'successor_salt',
          asMilliseconds(knex, 'refresh_tokens.expires_at'),
          asMilliseconds(knex, 'refresh_tokens.used_at'),
        )
      return row && toRefreshToken(row)
    },

    async insertRefreshToken({ hash, sessionId, step, expiresAt }) {
      await knex('refresh_tokens').insert({ hash, session_id: sessionId, step, expires_at: expiresAt })
    },

    async useRefreshToken(hash, { usedAt, successorSalt, step, expiresAt }) {
      await knex.raw(
        `with used as (
           update refresh_tokens set used_at = ?, successor_salt = ? where hash = ? returning session_id
         ), forgotten as (
           delete from refresh_tokens using used
           where refresh_tokens.session_id = used.session_id and (refresh_tokens.expires_at < ? or refresh_tokens.step < ?)
         )
         update sessions set step = ?, expires_at = ? from used where sessions.id = used.session_id`,
        [usedAt, successorSalt, hash, usedAt, step - keptSteps, step, expiresAt],
      )
    },

    async confirm(id, step) {
      await knex('sessions').where({ id }).where('confirmed_step', '<', step).update({ confirmed_step: step })
    },

    async remove(id) {
      await knex('sessions').where({ id }).delete()
    },

    async removeAllOf(userId) {
      await knex('sessions').where({ user_id: userId }).delete()
    },

    async removeExpired(moment) {
      // A few at a time, and none that somebody else is at: a login must not wait for this.
      const expired = knex('sessions').where('expires_at', '<', moment).limit(20).forUpdate().skipLocked().select('id')
      await knex('sessions').whereIn('id', expired).delete()
    },
  }
}

/**
 * A week of refreshes, one every ten minutes: an older one is answered like an unknown one, and a
 * loop of refreshes cannot fill the disk.
 */
const keptSteps = 1000

interface SessionRow {
  id: string
  user_id: string
  step: number
  confirmed_step: number
}

const toSession = (row: SessionRow): Session => ({
  id: row.id,
  userId: row.user_id,
  step: row.step,
  confirmedStep: row.confirmed_step,
})

interface RefreshTokenRow {
  hash: Buffer
  session_id: string
  step: number
  expires_at: string
  used_at: string | null
  successor_salt: Buffer | null
}

const toRefreshToken = (row: RefreshTokenRow): RefreshToken => ({
  hash: row.hash,
  sessionId: row.session_id,
  step: row.step,
  expiresAt: toDate(row.expires_at),
  usedAt: toDateOrNull(row.used_at),
  successorSalt: row.successor_salt,
})
