import bcrypt from 'bcrypt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { truncateAll } from '../support/database.ts'
import { password, type Service, startService } from '../support/service.ts'

let service: Service

beforeAll(async () => {
  service = await startService()
})
beforeEach(() => truncateAll(service.knex))
afterAll(() => service.close())

describe('logins that race a password reset', () => {
  it('leave no session that was opened with the old password', async () => {
    const { token } = await service.as('admin')
    for (let round = 0; round < 20; round++) {
      const { id, username } = await service.makeUser()
      const login = () => service.call('POST', '/auth:login', { json: { username, password } })
      const json = { action: 'reset_password', new_password: 'a good new one' }
      const [before, reset, ...logins] = await Promise.all([
        login(),
        service.call('POST', `/users:update?id=${id}`, { token, json }),
        login(),
        login(),
      ])
      expect(reset.status).toBe(200)
      for (const reply of [before, ...logins]) {
        expect([200, 401]).toContain(reply.status)
        if (reply.status === 401) continue
        const { access_token, refresh_token } = reply.body
        expect((await service.call('GET', '/auth:me', { token: access_token })).status).toBe(401)
        expect((await service.call('POST', '/auth:refresh', { json: { refresh_token } })).status).toBe(401)
      }
      expect(await service.knex('sessions').where({ user_id: id })).toEqual([])
      await expect(service.login(username, 'a good new one')).resolves.toBeDefined()
    }
  })
})

describe('logins beside each other', () => {
  it('all succeed while the first of them replaces an outdated hash', async () => {
    const { username } = await service.makeUser({ passwordHash: await bcrypt.hash(password, 4) })
    const json = { username, password }
    const replies = await Promise.all(Array.from({ length: 8 }, () => service.call('POST', '/auth:login', { json })))
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200))
  })
})
