import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Service, startService } from '../support/service.ts'
import { clientsOf, type StyleClient, type StyleName } from './styles.ts'

let service: Service
let clients: Record<StyleName, StyleClient>

beforeAll(async () => {
  service = await startService()
  clients = clientsOf(service)
})
afterAll(() => service.close())

describe('logging out', () => {
  it('by RPC ends that session alone', async () => {
    const one = await service.as('user')
    const other = await service.login(one.user.username)
    const json = { refresh_token: one.refresh }
    const { status, body } = await service.call('POST', '/auth:logout', { token: one.token, json })
    expect({ status, body }).toEqual({ status: 200, body: { message: 'logged out successfully' } })
    expect(await clients.RPC.whoami(one.token)).toEqual({ status: 401, code: 'TOKEN_REVOKED' })
    expect((await clients.RPC.whoami(other.access_token)).status).toBe(200)
    expect((await service.call('POST', '/auth:logout', { token: one.token, json })).status).toBe(401)
  })

  it('by REST ends that session alone, and needs no body', async () => {
    const one = await service.as('user')
    const other = await service.login(one.user.username)
    const headers = { 'Content-Type': 'application/json', 'Content-Length': '0' }
    const { status, body } = await service.call('POST', '/auth/logout', { token: one.token, headers })
    expect({ status, body }).toEqual({ status: 200, body: { success: true, message: '登出成功' } })
    expect(await clients.REST.whoami(one.token)).toEqual({ status: 401, code: 'AUTH_003' })
    expect((await clients.REST.whoami(other.access_token)).status).toBe(200)
  })

  it('is done once, and told once, however often it is asked for at once', async () => {
    const { user, token } = await service.as('user')
    const replies = await Promise.all(Array.from({ length: 6 }, () => service.call('POST', '/auth/logout', { token })))
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401, 401])
    const told = service.logged.filter(({ event, userId }) => event === 'session_ended' && userId === user.id)
    expect(told).toHaveLength(1)
  })

  it('by RPC with an older refresh token of the same session ends it too', async () => {
    const { token, refresh } = await service.as('user')
    const next = await clients.RPC.refresh(refresh)
    const { status } = await service.call('POST', '/auth:logout', { token, json: { refresh_token: refresh } })
    expect(status).toBe(200)
    expect((await clients.RPC.refresh(next.refresh)).status).toBe(401)
  })

  it('by RPC with the refresh token of another session is refused and ends nothing', async () => {
    const one = await service.as('user')
    const second = await service.login(one.user.username)
    const stranger = await service.as('user')
    for (const refresh_token of [second.refresh_token, stranger.refresh, 'unknown', one.token]) {
      const { body } = await service.call('POST', '/auth:logout', { token: one.token, json: { refresh_token } })
      expect(body).toMatchObject({ code: 401, error_code: 'INVALID_REFRESH_TOKEN' })
    }
    for (const token of [one.token, second.access_token, stranger.token])
      expect((await clients.RPC.whoami(token)).status).toBe(200)
    expect((await clients.RPC.refresh(second.refresh_token)).status).toBe(200)
    expect((await clients.RPC.refresh(stranger.refresh)).status).toBe(200)
  })
})
