import bcrypt from 'bcrypt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import type { User } from '../../src/domain/users/user.ts'
import { changeUser, truncateAll } from '../support/database.ts'
import { password, type Reply, type Service, startService } from '../support/service.ts'

let service: Service
let caller: { user: User; token: string }
let target: User

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  await truncateAll(service.knex)
  await service.makeUser({ role: 'super_admin' })
  caller = await service.as('admin')
  target = await service.makeUser()
})
afterAll(() => service.close())

/**
 * Resolves when a statement waits for a lock that somebody else holds, or when `done` has settled
 * without that.
 */
async function waitsForLock(done: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = () => {
    settled = true
  }
  done.then(settle, settle)
  while (!settled) {
    const { rows } = await service.knex.raw(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows.length > 0) return true
  }
  return false
}

type Write = () => Promise<Reply>
type Fate = (tx: Store) => Promise<unknown>

/**
 * Starts the write while `fate` holds the row that it changes; the write goes on when that is
 * committed.
 */
async function overtake(write: Write, fate: Fate) {
  let reply: Promise<Reply> | undefined
  await service.store.transaction(async (tx) => {
    await fate(tx)
    reply = write()
    expect(await waitsForLock(reply)).toBe(true)
  })
  return reply as Promise<Reply>
}

const call = (method: string, path: string, json?: object) =>
  service.call(method, path, { token: caller.token, ...(json && { json }) })
const draft = { username: 'made', email: 'made@example.com', password, role: 'user' }
const next = 'a good new one'

/** Writes on others, which need a role. */
const writes = {
  'POST /users:create': () => call('POST', '/users:create', draft),
  'POST /users': () => call('POST', '/users', draft),
  'POST /users:update': () => call('POST', `/users:update?id=${target.id}`, { can_write: false }),
  reset_password: () => call('POST', `/users:update?id=${target.id}`, { action: 'reset_password', new_password: next }),
  revoke_sessions: () => call('POST', `/users:update?id=${target.id}`, { action: 'revoke_sessions' }),
  'POST /users:destroy': () => call('POST', `/users:destroy?id=${target.id}`),
  'PATCH /users/{id}': () => call('PATCH', `/users/${target.id}`, { fullName: 'Written' }),
  'DELETE /users/{id}': () => call('DELETE', `/users/${target.id}`),
  'PATCH /users/{id} on oneself': () => call('PATCH', `/users/${caller.user.id}`, { fullName: 'Written' }),
} satisfies Record<string, Write>
/** Writes on oneself, which everybody may. */
const ownWrites = {
  'POST /auth:me': () => call('POST', '/auth:me', { email: 'written@example.com' }),
  'POST /auth:me with a password': () => call('POST', '/auth:me', { old_password: password, password: next }),
  'PATCH /auth/profile': () => call('PATCH', '/auth/profile', { fullName: 'Written' }),
  'POST /auth/change-password': () =>
    call('POST', '/auth/change-password', { currentPassword: password, newPassword: next, confirmPassword: next }),
} satisfies Record<string, Write>

const at = () => service.clock.now()
const fates = {
  demoted: (tx: Store) => changeUser(tx, caller.user.id, { role: 'user', updatedAt: at() }),
  suspended: (tx: Store) => changeUser(tx, caller.user.id, { status: 'suspended', updatedAt: at() }),
  deleted: (tx: Store) => tx.users.remove(caller.user.id, at()),
  'logged out everywhere': async (tx: Store) => {
    await tx.users.lock(caller.user.id)
    await tx.sessions.removeAllOf(caller.user.id)
  },
} satisfies Record<string, Fate>
const revoked = [
  [401, 'TOKEN_REVOKED'],
  [401, 'AUTH_003'],
]
const demoted = [
  [403, 'AUTHZ_ROLE_REQUIRED'],
  [403, 'AUTH_005'],
]

/** All that the write could have changed; the caller's own row but for what was done to it. */
async function state() {
  const rows = await service.knex('users').whereNot({ id: caller.user.id }).orderBy('id')
  const own = await service.knex('users').where({ id: caller.user.id }).first('email', 'full_name')
  return { rows, own, targetSessions: await service.knex('sessions').where({ user_id: target.id }) }
}

describe.each(Object.entries(fates))('somebody who is %s while their write is under way', (name, fate) => {
  const judged = Object.entries({ ...writes, ...(name !== 'demoted' && ownWrites) })

  it.each(judged)('writes nothing: %s', async (_, write) => {
    await service.login(target.username)
    const before = await state()
    const { status, body } = await overtake(write, fate)
    const refusal = [status, body.error_code ?? body.details.code]
    expect(name === 'demoted' ? demoted : revoked).toContainEqual(refusal)
    expect(await state()).toEqual(before)
  })
})

describe('somebody who is demoted while they change their own account', () => {
  it.each(Object.entries(ownWrites))('still may: %s', async (_, write) => {
    const reply = await overtake(write, fates.demoted)
    expect(reply.status).toBe(200)
    expect(await service.store.users.find(caller.user.id)).toMatchObject({ role: 'user' })
  })
})

describe('a change of the own password that is under way', () => {
  it.each(['POST /auth:me with a password', 'POST /auth/change-password'] as const)(
    'is not disturbed by a login that replaces an outdated hash: %s',
    async (name) => {
      const { id } = caller.user
      const outdated = await bcrypt.hash(password, 4)
      await service.knex('users').where({ id }).update({ password_hash: outdated })
      const better = (await service.store.users.findCredentialsById(target.id))?.passwordHash as string
      const replace = (tx: Store) => tx.users.replacePasswordHash(id, outdated, better)
      const reply = await overtake(ownWrites[name], replace)
      expect(reply.status).toBe(200)
      await expect(service.login(caller.user.username, next)).resolves.toBeDefined()
    },
  )

  it.each(['POST /auth:me with a password', 'POST /auth/change-password'] as const)(
    'is refused when somebody else sets another: %s',
    async (name) => {
      const { id } = caller.user
      const reset = async (tx: Store) => {
        await tx.users.changePassword(id, { passwordHash: 'another', mustChangePassword: false, updatedAt: at() })
        await tx.sessions.removeAllOf(id)
      }
      const reply = await overtake(ownWrites[name], reset)
      expect(reply.status).toBe(401)
      expect((await service.store.users.findCredentialsById(id))?.passwordHash).toBe('another')
    },
  )
})

describe('a target that changes while a write on it is under way', () => {
  const touching = [
    'POST /users:update',
    'reset_password',
    'revoke_sessions',
    'PATCH /users/{id}',
    'DELETE /users/{id}',
  ] as const

  it.each(touching)('is not there any more when it was deleted: %s', async (name) => {
    const reply = await overtake(writes[name], (tx) => tx.users.remove(target.id, at()))
    expect(reply.status).toBe(404)
  })

  it.each(touching)('is protected when it was made a super administrator: %s', async (name) => {
    const promote = (tx: Store) => changeUser(tx, target.id, { role: 'super_admin', updatedAt: at() })
    const reply = await overtake(writes[name], promote)
    expect(['INSUFFICIENT_PERMISSIONS', 'USER_008']).toContain(reply.body.error_code ?? reply.body.details.code)
  })
})

describe('a login that is under way', () => {
  const login = () => service.call('POST', '/auth:login', { json: { username: target.username, password } })

  it.each<[string, Fate]>([
    [
      'reset',
      (tx) =>
        tx.users.changePassword(target.id, { passwordHash: 'another', mustChangePassword: false, updatedAt: at() }),
    ],
    ['suspended', (tx) => changeUser(tx, target.id, { status: 'suspended', updatedAt: at() })],
    ['deleted', (tx) => tx.users.remove(target.id, at())],
  ])('is refused when its user is %s meanwhile', async (_, fate) => {
    const reply = await overtake(login, fate)
    expect(reply).toMatchObject({ status: 401, body: { error_code: 'INVALID_CREDENTIALS' } })
    expect(await service.knex('sessions').where({ user_id: target.id })).toEqual([])
  })
})
