import { createHash, createHmac, randomBytes } from 'node:crypto'
import { type Database, statement } from './database.ts'
import { Failure } from './failure.ts'
import { newId } from './ids.ts'
import { verifyPassword } from './passwords.ts'
import type { Tokens } from './tokens.ts'
import { columns, type UserRow } from './users.ts'

export interface Caller {
  readonly id: string
  readonly role: string
}

interface SessionRow extends Caller {
  readonly status: string
  readonly confirmed_step: number
}

const lookUp = statement(
  `select users.id, users.role, users.status, sessions.confirmed_step
   from sessions join users on users.id = sessions.user_id where sessions.id = $1 and users.deleted_at is null`,
)
const confirm = statement('update sessions set confirmed_step = $2 where id = $1 and confirmed_step < $2')
const byName = statement(
  `select id, status, password_hash from users where deleted_at is null
   and (lower(username collate "C") = lower($1::text collate "C") or lower(email collate "C") = lower($1::text collate "C"))`,
)
/** The session, its token, and when the user was last seen: one statement, one round trip. */
const start = statement(
  `with login as (
     update users set last_login_at = $3, updated_at = $3
     where id = $2 and status = 'active' and password_hash = $6 and deleted_at is null returning ${columns}
   ), session as (
     insert into sessions (id, user_id, created_at, expires_at) select $1, id, $3, $4 from login
   ), token as (
     insert into refresh_tokens (hash, session_id, step, expires_at) select $5, $1, 0, $4 from login
   )
   select * from login`,
)
const byToken = statement(
  `select ${columns
    .split(', ')
    .map((name) => `users.${name}`)
    .join(', ')}, sessions.id as session_id, sessions.step
   from refresh_tokens join sessions on sessions.id = refresh_tokens.session_id join users on users.id = sessions.user_id
   where refresh_tokens.hash = $1 and refresh_tokens.used_at is null and refresh_tokens.expires_at > $2
     and users.status = 'active'`,
)
const renew = statement(
  `with used as (
     update refresh_tokens set used_at = $2, successor_salt = $3 where hash = $1 and used_at is null returning session_id
   ), successor as (
     insert into refresh_tokens (hash, session_id, step, expires_at) select $4, session_id, $5, $6 from used
   )
   update sessions set step = $5, expires_at = $6 from used where sessions.id = used.session_id returning sessions.id`,
)

const digest = (token: string) => createHash('sha256').update(token).digest()

/** @param ttl seconds that a refresh token lives */
export function createSessions({ rows }: Database, tokens: Tokens, ttl: number) {
  function pair(user: UserRow, sid: string, step: number, refreshToken: string) {
    const { token, expiresAt } = tokens.sign({
      sub: user.id,
      sid,
      jti: `${step}.${randomBytes(12).toString('base64url')}`,
      role: user.role,
      username: user.username,
      can_write: user.can_write,
    })
    return { user, accessToken: token, refreshToken, expiresAt }
  }

  return {
    /** Who calls: the token's session and its user, as they stand now. */
    async authenticate(authorization: string | undefined): Promise<Caller> {
      if (authorization === undefined || !/^bearer /i.test(authorization)) throw new Failure(401, 'token_missing')
      const claims = tokens.verify(authorization.slice(7))
      if (!claims) throw new Failure(401, 'token_invalid')
      const [found] = await rows<SessionRow>(lookUp, [claims.sid])
      if (found?.id !== claims.sub || found.status !== 'active') throw new Failure(401, 'token_revoked')
      const step = Number.parseInt(claims.jti, 10)
      if (step > found.confirmed_step) await rows(confirm, [claims.sid, step])
      return found
    },

    async login(name: string, password: string) {
      const [found] = await rows<{ id: string; status: string; password_hash: string | null }>(byName, [name.trim()])
      if (found?.status !== 'active' || !found.password_hash) throw new Failure(401, 'credentials_refused')
      if (!(await verifyPassword(password, found.password_hash))) throw new Failure(401, 'credentials_refused')
      const sid = newId()
      const refreshToken = randomBytes(32).toString('base64url')
      const [now, end] = [new Date(), new Date(Date.now() + ttl * 1000)]
      const values = [sid, found.id, now, end, digest(refreshToken), found.password_hash]
      const [user] = await rows<UserRow>(start, values)
      if (!user) throw new Failure(401, 'credentials_refused')
      return pair(user, sid, 0, refreshToken)
    },

    /** Without the grace for clients that race each other: a used token is an unknown one. */
    async refresh(token: string) {
      const now = new Date()
      const [found] = await rows<UserRow & { session_id: string; step: number }>(byToken, [digest(token), now])
      if (!found) throw new Failure(401, 'refresh_token_unknown')
      const salt = randomBytes(32)
      const successor = createHmac('sha256', token).update(salt).digest('base64url')
      const step = found.step + 1
      const end = new Date(now.getTime() + ttl * 1000)
      const renewed = await rows(renew, [digest(token), now, salt, digest(successor), step, end])
      if (renewed.length === 0) throw new Failure(401, 'refresh_token_reused')
      return pair(found, found.session_id, step, successor)
    },
  }
}

export type Sessions = ReturnType<typeof createSessions>
