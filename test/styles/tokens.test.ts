import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

interface Pair {
  access: string
  refresh: string
}

const styles = {
  RPC: {
    login: async (username: string): Promise<Pair> => {
      const { body } = await service.call('POST', '/auth:login', { json: { username, password } })
      return { access: body.access_token, refresh: body.refresh_token }
    },
    refresh: (token: string) => service.call('POST', '/auth:refresh', { json: { refresh_token: token } }),
    pair: ({ body }: { body: any }): Pair => ({ access: body.access_token, refresh: body.refresh_token }),
    me: (token: string) => service.call('GET', '/auth:me', { token }),
    logout: ({ access, refresh }: Pair) =>
      service.call('POST', '/auth:logout', { token: access, json: { refresh_token: refresh } }),
    revoked: { status: 401, body: { error_code: 'TOKEN_REVOKED' } },
    refused: { status: 401, body: { error_code: 'INVALID_REFRESH_TOKEN' } },
    reused: { status: 401, body: { error_code: 'REFRESH_TOKEN_REUSED' } },
  },
  REST: {
    login: async (username: string): Promise<Pair> => {
      const { body } = await service.call('POST', '/auth/login', { json: { usernameOrEmail: username, password } })
      return { access: body.data.accessToken, refresh: body.data.refreshToken }
    },
    refresh: (token: string) => service.call('POST', '/auth/refresh', { json: { refreshToken: token } }),
    pair: ({ body }: { body: any }): Pair => ({ access: body.data.accessToken, refresh: body.data.refreshToken }),
    me: (token: string) => service.call('GET', '/auth/profile', { token }),
    logout: ({ access }: Pair) => service.call('POST', '/auth/logout', { token: access }),
    revoked: { status: 401, body: { details: { code: 'AUTH_003' } } },
    refused: { status: 401, body: { details: { code: 'AUTH_003' } } },
    reused: { status: 401, body: { details: { code: 'AUTH_011' } } },
  },
}

describe.each([
  { giver: 'RPC', other: 'REST' },
  { giver: 'REST', other: 'RPC' },
] as const)('tokens from a login in the $giver style', ({ giver, other }) => {
  it('work in the other style', async () => {
    const { username } = await service.makeUser()
    const { access } = await styles[giver].login(username)
    const { status, body } = await styles[other].me(access)
    expect(status).toBe(200)
    expect((body.user ?? body.data).username).toBe(username)
  })

  it('are refreshed by the other style, to and fro', async () => {
    let pair = await styles[giver].login((await service.makeUser()).username)
    for (const style of [styles[other], styles[giver], styles[other]]) {
      const reply = await style.refresh(pair.refresh)
      expect(reply.status).toBe(200)
      const next = style.pair(reply)
      expect(next.refresh).not.toBe(pair.refresh)
      pair = next
      expect((await styles[giver].me(pair.access)).status).toBe(200)
      expect((await styles[other].me(pair.access)).status).toBe(200)
    }
  })

  it('end for both styles when the other style logs out', async () => {
    const pair = await styles[giver].login((await service.makeUser()).username)
    expect((await styles[other].logout(pair)).status).toBe(200)
    for (const style of [styles.RPC, styles.REST]) {
      expect(await style.me(pair.access)).toMatchObject(style.revoked)
      expect(await style.refresh(pair.refresh)).toMatchObject(style.refused)
    }
  })

  it('are found out by the other style when one is used again', async () => {
    const pair = await styles[giver].login((await service.makeUser()).username)
    const second = styles[giver].pair(await styles[giver].refresh(pair.refresh))
    const third = styles[giver].pair(await styles[giver].refresh(second.refresh))
    expect((await styles[giver].me(third.access)).status).toBe(200)
    service.clock.advance(11)
    expect(await styles[other].refresh(pair.refresh)).toMatchObject(styles[other].reused)
    expect(await styles[giver].refresh(third.refresh)).toMatchObject(styles[giver].refused)
    expect(await styles[giver].me(third.access)).toMatchObject(styles[giver].revoked)
  })

  it('end when the other style changes the password', async () => {
    const { username } = await service.makeUser()
    const pair = await styles[giver].login(username)
    const fresh = 'a good new one'
    const reply =
      other === 'RPC'
        ? await service.call('POST', '/auth:me', {
            token: pair.access,
            json: { old_password: password, password: fresh },
          })
        : await service.call('POST', '/auth/change-password', {
            token: pair.access,
            json: { currentPassword: password, newPassword: fresh, confirmPassword: fresh },
          })
    expect(reply.status).toBe(200)
    expect(await styles[giver].me(pair.access)).toMatchObject(styles[giver].revoked)
    expect(await styles[giver].refresh(pair.refresh)).toMatchObject(styles[giver].refused)
  })
})
