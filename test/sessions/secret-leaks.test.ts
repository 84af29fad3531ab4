import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { password, type Service, startService } from '../support/service.ts'
import { send } from '../support/wire.ts'

let service: Service | undefined
afterEach(async () => {
  // What was planted has been told already.
  await service?.close().catch(() => {})
  service = undefined
})

const hash = `$2b$12$${'a'.repeat(53)}`

describe('a leak of the service', () => {
  it('in its log fails the file that has it', async () => {
    service = await startService({
      between: (store) => ({
        ...store,
        users: { ...store.users, findCredentials: () => Promise.reject(new Error(`no row like ${password}`)) },
      }),
    })
    const { username } = await service.makeUser()
    await service.call('POST', '/auth:login', { json: { username, password } })
    const closed = service.close()
    service = undefined
    await expect(closed).rejects.toThrow(/a password is in the log: .*no row like/)
  })

  it('in an answer fails the call, and the file too where another client than ours asks', async () => {
    service = await startService()
    await service.makeUser({ fullName: hash })
    const { token } = await service.as('admin')
    await expect(service.call('GET', '/users', { token })).rejects.toThrow(
      'a password hash is in the body of GET /users -> 200',
    )
    const closing = service
    await fetch(`${service.url}/users?page=1`, { headers: { Authorization: `Bearer ${token}` } }).then((r) => r.text())
    service = undefined
    await expect(closing.close()).rejects.toThrow('a password hash is in the body of GET /users?page=1 -> 200')
  })
})

it('a password is known whoever has sent it', async () => {
  service = await startService()
  const secret = 'only ever sent by fetch'
  const body = JSON.stringify({ usernameOrEmail: 'nobody', password: secret })
  await fetch(`${service.url}/auth/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  await service.makeUser({ fullName: `has ${secret}` })
  const { token } = await service.as('admin')
  await expect(service.call('GET', '/users', { token })).rejects.toThrow('a password is in the body of GET /users')
})

it('a leak of a process fails the call, in a header too', async () => {
  const server = createServer((_, response) => response.setHeader('X-Note', hash).end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  service = await startService()
  await expect(send(undefined, url, 'GET', '/auth:me', {})).rejects.toThrow(
    'a password hash is in a header of GET /auth:me -> 200',
  )
  server.close()
})
