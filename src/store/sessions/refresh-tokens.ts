import type { RefreshToken, SessionStore } from '../../domain/sessions/store.ts'
import { statement } from '../sql/statement.ts'
import type { CallsOf } from '../store.ts'
import { asMilliseconds, toDate, toDateOrNull } from '../times.ts'

const nothing = () => undefined

const findRefreshToken = statement<{ hash: Buffer }, RefreshToken | undefined>(
  (knex, { hash }) =>
    knex('refresh_tokens')
      .where({ hash })
      .first(
        'hash',
        'session_id',
        'step',
        'successor_salt',
        asMilliseconds(knex, 'refresh_tokens.expires_at'),
        asMilliseconds(knex, 'refresh_tokens.used_at'),
      ),
  ({ rows: [row] }) => row && toRefreshToken(row as RefreshTokenRow),
)

const insertRefreshToken = statement<Parameters<SessionStore['insertRefreshToken']>[0], void>(
  (knex, { hash, sessionId, step, expiresAt }) =>
    knex('refresh_tokens').insert({ hash, session_id: sessionId, step, expires_at: expiresAt }),
  nothing,
)

interface Use {
  readonly hash: Buffer
  readonly usedAt: Date
  readonly successorSalt: Buffer
  readonly step: number
  readonly expiresAt: Date
  /** Tokens of a step below are forgotten. */
  readonly firstKept: number
}

const useRefreshToken = statement<Use, void>(
  (knex, { hash, usedAt, successorSalt, step, expiresAt, firstKept }) =>
    knex.raw(
      `with used as (
         update refresh_tokens set used_at = ?, successor_salt = ? where hash = ? returning session_id
       ), forgotten as (
         delete from refresh_tokens using used
         where refresh_tokens.session_id = used.session_id and (refresh_tokens.expires_at < ? or refresh_tokens.step < ?)
       )
       update sessions set step = ?, expires_at = ?, last_used_at = greatest(last_used_at, ?)
       from used where sessions.id = used.session_id`,
      [usedAt, successorSalt, hash, usedAt, firstKept, step, expiresAt, usedAt],
    ),
  nothing,
)

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

/**
 * A week of refreshes, one every ten minutes: an older one is answered like an unknown one, and a
 * loop of refreshes cannot fill the disk.
 */
const keptSteps = 1000

/** What a store of sessions has for their refresh tokens. */
export const refreshTokens = {
  findRefreshToken: (hash) => findRefreshToken({ hash }),
  insertRefreshToken,
  useRefreshToken: (hash, use) => useRefreshToken({ hash, firstKept: use.step - keptSteps, ...use }),
} satisfies Partial<CallsOf<SessionStore>>
