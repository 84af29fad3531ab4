import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toUlid } from '../../src/domain/id.ts'
import { outcome } from '../support/outcome.ts'
import { type Service, startService } from '../support/service.ts'
import { clientsOf, type StyleClient } from './styles.ts'

let service: Service
let whoami: StyleClient['whoami']

beforeAll(async () => {
  service = await startService()
  whoami = clientsOf(service).RPC.whoami
})
afterAll(() => service.close())

const rpc = (token: string, json: object) => service.call('POST', '/auth:revoke', { token, json })
const remove = (path: string) => (token: string) => service.call('DELETE', path, { token })
const update = (token: string, id: string, json: object) =>
  service.call('POST', `/users:update?id=${id}`, { token, json })

/** How each style ends sessions; ids as it spells them. */
const styles = {
  RPC: {
    id: toUlid,
    one: (token: string, id: string) => rpc(token, { session_id: toUlid(id) }),
    others: (token: string) => rpc(token, { others: true }),
    all: (token: string) => rpc(token, { all: true }),
    oneOf: (token: string, user: string, id: string) =>
      update(token, user, { action: 'revoke_session', session_id: toUlid(id) }),
    allOf: (token: string, user: string) => update(token, user, { action: 'revoke_sessions' }),
    list: async (token: string) => (await service.call('GET', '/auth:sessions', { token })).body.sessions,
    listOf: (token: string, id: string) => service.call('GET', `/users:sessions?id=${id}`, { token }),
  },
  REST: {
    id: (id: string) => id,
    one: (token: string, id: string) => remove(`/auth/sessions/${id}`)(token),
    others: remove('/auth/sessions?except=current'),
    all: remove('/auth/sessions'),
    oneOf: (token: string, user: string, id: string) => remove(`/users/${user}/sessions/${id}`)(token),
    allOf: (token: string, user: string) => remove(`/users/${user}/sessions`)(token),
    list: async (token: string) => (await service.call('GET', '/auth/sessions', { token })).body.data,
    listOf: (token: string, id: string) => service.call('GET', `/users/${id}/sessions`, { token }),
  },
}

/** Somebody with three sessions, in the order of their logins. */
async function threeSessions() {
  const { user, token } = await service.as('user')
  const tokens = [token]
  for (let n = 0; n < 2; n++) tokens.push((await service.login(user.username)).access_token)
  const ids = tokens.map((each) => JSON.parse(Buffer.from(each.split('.')[1] as string, 'base64url').toString()).sid)
  return { user, ids, tokens }
}
const standing = async (tokens: readonly string[]) =>
  Promise.all(tokens.map(async (token) => (await whoami(token)).status))

describe.each(['RPC', 'REST'] as const)('sessions in the %s style', (name) => {
  const style = styles[name]

  it('are listed to their owner, without a token, and the one that asks is marked', async () => {
    const { ids, tokens } = await threeSessions()
    const listed = await style.list(tokens[1] as string)
    expect(listed.map(({ id }: { id: string }) => id).sort()).toEqual(ids.map(style.id).sort())
    expect(listed.filter(({ current }: { current: boolean }) => current)).toMatchObject([{ id: style.id(ids[1]) }])
    expect(listed[0]).toMatchObject({ address: expect.stringMatching(/127\.0\.0\.1$|^::1$/) })
    for (const token of tokens) expect(JSON.stringify(listed)).not.toContain(token)
  })

  it('one is ended, and no other', async () => {
    const { ids, tokens } = await threeSessions()
    expect((await style.one(tokens[0] as string, ids[1])).status).toBe(200)
    expect(await standing(tokens)).toEqual([200, 401, 200])
    expect((await style.one(tokens[0] as string, ids[0])).status).toBe(200)
    expect(await standing(tokens)).toEqual([401, 401, 200])
  })

  it('the others are ended, and not the one that asks', async () => {
    const { tokens } = await threeSessions()
    for (const _ of [1, 2]) expect((await style.others(tokens[1] as string)).status).toBe(200)
    expect(await standing(tokens)).toEqual([401, 200, 401])
  })

  it('all are ended', async () => {
    const { tokens } = await threeSessions()
    expect((await style.all(tokens[1] as string)).status).toBe(200)
    expect(await standing(tokens)).toEqual([401, 401, 401])
  })

  it.each(['nothing', '01', '0000/', '01KH58YJCJSD8NFKCTP2D4VM9D'])('%j has nothing to end', async (id) => {
    const { tokens } = await threeSessions()
    const path = encodeURIComponent(id)
    const reply = name === 'RPC' ? rpc(tokens[0] as string, { session_id: id }) : style.one(tokens[0] as string, path)
    expect((await reply).status).toBe(200)
    expect(await standing(tokens)).toEqual([200, 200, 200])
  })

  it("nobody ends another's by its id, and the answer does not tell that there is one", async () => {
    const [mine, theirs] = [await threeSessions(), await threeSessions()]
    expect((await style.one(mine.tokens[0] as string, theirs.ids[0])).status).toBe(200)
    expect(await standing(theirs.tokens)).toEqual([200, 200, 200])
  })

  it('an administrator sees and ends those of a user', async () => {
    const admin = await service.as('admin')
    const { user, ids, tokens } = await threeSessions()
    const { body } = await style.listOf(admin.token, user.id)
    const listed = body.sessions ?? body.data
    expect(listed).toHaveLength(3)
    expect(listed.some(({ current }: { current: boolean }) => current)).toBe(false)
    expect((await style.oneOf(admin.token, user.id, ids[1])).status).toBe(200)
    expect(await standing(tokens)).toEqual([200, 401, 200])
    expect((await style.allOf(admin.token, user.id)).status).toBe(200)
    expect(await standing(tokens)).toEqual([401, 401, 401])
    expect((await whoami(admin.token)).status).toBe(200)
  })

  it("a session of somebody else is not ended under this user's id", async () => {
    const admin = await service.as('admin')
    const [one, other] = [await threeSessions(), await threeSessions()]
    expect((await style.oneOf(admin.token, one.user.id, other.ids[0])).status).toBe(200)
    expect(await standing(other.tokens)).toEqual([200, 200, 200])
  })

  it('are for nobody below, and not for oneself by the calls for others', async () => {
    const admin = await service.as('admin')
    const above = await service.as('super_admin')
    const refused = name === 'RPC' ? '403 INSUFFICIENT_PERMISSIONS' : '409 USER_008'
    const [session] = await service.store.sessions.listOf(above.user.id)
    for (const reply of [
      style.listOf(admin.token, above.user.id),
      style.oneOf(admin.token, above.user.id, session?.id ?? ''),
      style.allOf(admin.token, above.user.id),
    ])
      expect(outcome(await reply)).toBe(refused)
    expect((await whoami(above.token)).status).toBe(200)
    const self = name === 'RPC' ? '403 CANNOT_MODIFY_SELF' : '403 USER_004'
    expect(outcome(await style.oneOf(admin.token, admin.user.id, session?.id ?? ''))).toBe(self)
    expect(outcome(await style.allOf(admin.token, admin.user.id))).toBe(self)
    expect((await style.listOf(admin.token, admin.user.id)).status).toBe(200)
  })

  it('are told in the log by who ended them', async () => {
    const admin = await service.as('admin')
    const { user, ids } = await threeSessions()
    await style.oneOf(admin.token, user.id, ids[2])
    await style.oneOf(admin.token, user.id, ids[2])
    const told = service.logged.filter(({ event, userId }) => event === 'session_ended' && userId === user.id)
    expect(told).toMatchObject([{ sessionId: ids[2], callerId: admin.user.id }])
  })
})

it('a query that keeps another session than the one that asks is refused, and ends nothing', async () => {
  const { tokens } = await threeSessions()
  const reply = await service.call('DELETE', '/auth/sessions?except=others', { token: tokens[0] as string })
  expect(outcome(reply)).toBe('400 USER_002')
  expect(await standing(tokens)).toEqual([200, 200, 200])
})

it('the sessions of nobody in particular are not listed', async () => {
  const { token } = await service.as('admin')
  expect(outcome(await service.call('GET', '/users:sessions', { token }))).toBe('400 MISSING_REQUIRED_FIELD')
})

it('a key of any length has nothing to end', async () => {
  const { token } = await service.as('admin')
  const { id } = await service.makeUser()
  for (const path of ['/auth', `/users/${id}`])
    expect((await service.call('DELETE', `${path}/sessions/${'x'.repeat(8000)}`, { token })).status).toBe(200)
})

describe('POST /auth:revoke', () => {
  it.each([
    [{}, 'session_id is required'],
    [{ others: true, all: true }, 'unknown field all'],
    [{ others: true, session_id: 'x' }, 'unknown field session_id'],
    [{ others: false }, 'others must be one of: true'],
    [{ session: 'x' }, 'unknown field session'],
  ])('takes exactly one way: %j', async (json, message) => {
    const { token } = await service.as('guest')
    const { status, body } = await rpc(token, json)
    expect(status).toBe(400)
    expect(body.error).toBe(message)
  })
})
